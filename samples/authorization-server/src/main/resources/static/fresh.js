// The back button may bring back a whole page that was kept in memory, "no-store" or not, also after the sign-out: ask again.
addEventListener('pageshow', event => {
  if (event.persisted) location.reload();
});
