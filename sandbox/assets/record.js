// Opens the app's page in a frame, as HubSpot does, and closes it when the page says so.
const dialog = document.querySelector("dialog.record-frame");
const frame = dialog.querySelector("iframe");
const button = document.querySelector("[data-open]");

button?.addEventListener("click", async () => {
  const answer = await fetch(button.dataset.open, { method: "POST" });
  document.querySelector("[data-failed]").hidden = answer.ok;
  if (!answer.ok) return;
  const { url } = await answer.json();
  frame.src = url;
  dialog.showModal();
});

addEventListener("message", (event) => {
  if (event.source !== frame.contentWindow) return;
  const { action } = JSON.parse(event.data);
  document.body.dataset.told = action;
  // The first DONE comes when it was sent; the page then shows what becomes of it.
  if (action === "CANCEL" || dialog.dataset.done) dialog.close();
  if (action === "DONE") dialog.dataset.done = "true";
});

// What was sent is on the card and the timeline now.
dialog.addEventListener("close", () => location.reload());
