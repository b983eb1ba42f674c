"""Where people log in through their company's OpenID provider: authorization code with PKCE."""
