// Starts the page. It is a file of its own because the content security policy
// allows no inline script, and a blocking one so that a chosen theme is on the
// page before its first paint.

const theme = (() => {
  try {
    return localStorage.getItem("septet.theme");
  } catch {
    return null; // storage is off: follow the system
  }
})();
if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;

document.addEventListener("DOMContentLoaded", async () => {
  // Trunk writes these two links and gives both files a hash in their names.
  const script = document.querySelector("link[rel=modulepreload]").href;
  const wasm = document.querySelector("link[rel=preload][as=fetch]").href;
  const { default: start } = await import(script);
  await start({ module_or_path: wasm });
});
