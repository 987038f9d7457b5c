/**
 * Keeps the page from counting as loaded until it is let go: what prints or photographs a page without a person waits for that, and for no
 * promise. A frame's document that was opened and not closed does so.
 * @returns lets go
 */
export function holdLoad(): () => void {
  const frame = document.createElement("iframe");
  frame.hidden = true;
  document.body.append(frame);
  frame.contentDocument?.open();
  return () => {
    frame.contentDocument?.close();
    frame.remove();
  };
}
