// The invitation follows # in the address, which browsers send to nobody. It is taken out at once, so that neither the
// history nor a look at the screen keeps it.
const invitation = location.hash.slice(1);
history.replaceState(null, "", location.pathname);

const at = (id) => document.getElementById(id);

function show(section) {
  for (const each of ["join", "joined", "lost"]) at(each).hidden = each !== section;
}

function refuse(text) {
  at("refusal").textContent = text;
  at("refusal").hidden = !text;
}

function welcome(session) {
  at("name").textContent = session.name;
  at("tenant").textContent = session.tenant;
  at("role").textContent = session.role;
  at("command").textContent = `ratchet login --url ${location.origin}`;
  show("joined");
}

async function join(password) {
  const answer = await fetch("/v1/invitations/accept", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ token: invitation, password, cookie: true }),
  });
  const said = await answer.json();
  const wrong = said.errors?.find((each) => each.field === "password");
  if (answer.ok) welcome(said);
  else refuse(wrong ? `The password ${wrong.reason}.` : said.detail || said.title);
}

at("join").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (at("password").value !== at("again").value) {
    refuse("The two passwords differ.");
    return;
  }
  const button = event.target.querySelector("button");
  button.disabled = true;
  refuse("");
  try {
    await join(at("password").value);
  } catch {
    refuse("Ratchet does not answer; please try again shortly.");
  } finally {
    button.disabled = false;
  }
});

// Whoever pastes the whole address where this page is open already comes to the same page, which then begins anew.
addEventListener("hashchange", () => location.reload());

show(invitation ? "join" : "lost");
