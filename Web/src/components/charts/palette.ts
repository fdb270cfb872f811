/** The chart's colours, read from the style sheet so that both themes have one source. */
export interface Palette {
  series: string;
  seriesSoft: string;
  bad: string;
  badSoft: string;
  grid: string;
  text: string;
  cursor: string;
  font: string;
}

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  return {
    series: colour('--chart'),
    seriesSoft: colour('--chart-soft'),
    bad: colour('--chart-bad'),
    badSoft: colour('--chart-bad-soft'),
    grid: colour('--chart-grid'),
    text: colour('--text-muted'),
    cursor: colour('--chart-cursor'),
    font: style.fontFamily,
  };
}
