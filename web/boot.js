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

// The texts of one language come in a file of their own, beside the module. Without
// this list (`trunk serve`) the module has them in it.
const texts = async () => {
  const list = document.querySelector("meta[name=texts]");
  if (!list) return undefined;
  const files = JSON.parse(list.content);
  let chosen = null;
  try {
    chosen = localStorage.getItem("septet.locale");
  } catch {
    // storage is off: the browser's language
  }
  const spoken = [chosen, ...navigator.languages].map((tag) => tag?.split("-")[0].toLowerCase());
  const language = spoken.find((tag) => tag in files) ?? "en";
  const answer = await fetch(files[language]);
  if (!answer.ok) throw new Error(`${files[language]}: ${answer.status}`);
  return { language, text: await answer.text() };
};

document.addEventListener("DOMContentLoaded", async () => {
  // Trunk writes these two links and gives both files a hash in their names.
  const script = document.querySelector("link[rel=modulepreload]").href;
  const wasm = document.querySelector("link[rel=preload][as=fetch]").href;
  try {
    const [loaded, { default: start }] = await Promise.all([texts(), import(script)]);
    window.septetTexts = loaded;
    await start({ module_or_path: wasm });
    // The other module is asked for when there is nothing else to do.
    const next = document.querySelector("meta[name=next]")?.content.split(" ") ?? [];
    (window.requestIdleCallback ?? ((later) => setTimeout(later, 2000)))(() => {
      for (const file of next) {
        const link = document.createElement("link");
        link.rel = "prefetch";
        link.as = "fetch";
        link.href = file;
        document.head.append(link);
      }
    });
  } catch (error) {
    console.error(error);
    const said = document.createElement("p");
    said.setAttribute("role", "alert");
    said.textContent =
      "Septet could not be loaded: please reload. · Não foi possível carregar o Septet: recarregue a página. · No se ha podido cargar Septet: recargue la página.";
    document.body.append(said);
  }
});
