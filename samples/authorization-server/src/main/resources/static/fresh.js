// The back button may bring back a whole page that was kept in memory, "no-store" or not, also after the sign-out: ask again.
addEventListener('pageshow', event => {
  if (event.persisted) location.reload();
});

// Here stands what became of a sign-in. What the redirect brought, a code or an error, is used up: it need not stay in the address bar.
if (location.pathname === '/callback') history.replaceState(null, '', '/callback');
