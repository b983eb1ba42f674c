"""Where tenants' programs are told what happens, by signed requests that are tried until they are answered."""
