// Says which language the still picture in `index.html` is shown in, before the page's code is there. It chooses as
// `www/src/language.rs` does: what the address asks for, what the person chose, what the browser prefers; else English.
{
  // Those of `www/words`.
  const LANGUAGES = ["en", "de"];

  const remembered = () => {
    try {
      return localStorage.getItem("spotcheck.language");
    } catch {
      // This browser remembers nothing.
      return null;
    }
  };
  // Whatever the region: `de-AT` is German.
  const known = (tag) => LANGUAGES.find((language) => language === tag?.split(/[-_]/)[0].toLowerCase());
  const asked = new URLSearchParams(location.search).get("lang");
  const language = [asked, remembered(), ...navigator.languages].map(known).find(Boolean) ?? LANGUAGES[0];

  document.documentElement.lang = language;
  const description = document.querySelector("meta[name=description]");
  description.content = description.dataset[language] ?? description.content;
}
