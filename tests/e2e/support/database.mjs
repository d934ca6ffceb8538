/**
 * What the page keeps of its batch: items, the blobs' keys and the head. Waits until the database holds what the page shows: a
 * write that began before this one has ended.
 */
export function kept(page) {
  return page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const request = indexedDB.open("spotcheck");
        request.onerror = () => reject(request.error);
        request.onsuccess = () => {
          const transaction = request.result.transaction(["items", "blobs", "batch"], "readwrite");
          const items = transaction.objectStore("items").getAll();
          const blobs = transaction.objectStore("blobs").getAllKeys();
          const head = transaction.objectStore("batch").get("head");
          transaction.oncomplete = () => {
            request.result.close();
            resolve({ items: items.result, blobs: blobs.result, head: head.result });
          };
        };
      }),
  );
}
