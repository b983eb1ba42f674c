"""Where a program forks after it has begun to record, as servers that load before they fork do."""

import os
import sys
import time

from recording import Away

from ratchet import Recorder


def main() -> None:
    recorder = Recorder(Away(), folder=sys.argv[1])
    recorder.log_inference(task="tickets", output="before")
    while recorder.state().waiting_in_memory:
        time.sleep(0.001)
    child = os.fork()
    recorder.log_inference(task="tickets", output="after, parent" if child else "after, child")
    recorder.close(0.1)
    if child:
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


if __name__ == "__main__":
    main()
