// Which words stand out too little from their ground (WCAG 2.2, 1.4.3), in the theme of the moment.
// axe answers this for the first theme of a page, with everything that may lie between; in the
// others the same words lie on the same grounds, and only their colours have to be looked up. The
// arithmetic is axe's own. What is switched off or hidden from sight is exempt, as it is there.
() => {
  const { Color, flattenColors, getContrast } = axe.commons.color;
  const colourOf = (css) => {
    const colour = new Color();
    colour.parseString(css);
    return colour;
  };
  const grounds = new Map();
  const groundOf = (element) => {
    if (!element) return new Color(255, 255, 255, 1);
    if (!grounds.has(element)) {
      const style = getComputedStyle(element);
      const own = colourOf(style.backgroundColor);
      own.alpha *= Number(style.opacity);
      grounds.set(element, own.alpha === 1 ? own : flattenColors(own, groundOf(element.parentElement)));
    }
    return grounds.get(element);
  };
  const opacityOf = (element) =>
    element ? Number(getComputedStyle(element).opacity) * opacityOf(element.parentElement) : 1;
  const isWord = (node) => node.nodeType === Node.TEXT_NODE && node.data.trim();
  const isExempt = (element) =>
    !element.checkVisibility({ visibilityProperty: true }) ||
    element.closest("[disabled], [aria-disabled='true'], .visually-hidden") ||
    (element.closest("label")?.control?.disabled ?? false);

  const pale = [];
  for (const element of document.body.querySelectorAll("*")) {
    const isField = element.matches("input:not([type=checkbox], [type=radio]), select, textarea");
    if (!isField && ![...element.childNodes].some(isWord)) continue;
    if (isExempt(element)) continue;
    const style = getComputedStyle(element);
    const words = colourOf(style.color);
    words.alpha *= opacityOf(element);
    const ratio = getContrast(groundOf(element), words);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (isLarge ? 3 : 4.5)) {
      pale.push(`${ratio.toFixed(2)} ${style.color}: ${element.outerHTML.slice(0, 160)}`);
    }
  }
  return pale;
}
