import { memo, useEffect, useRef } from 'react';
import { useThemeVersion } from '../../hooks/useThemeVersion';
import { Chart } from './chartSetup';
import { datasetValues, minuteChartOptions, type MinuteChartModel } from './minuteChartOptions';
import { readPalette } from './palette';

interface MinuteChartProps extends MinuteChartModel {
  /** Minute under the reader's pointer, or null. */
  cursor: number | null;
  onCursor: (index: number | null) => void;
}

/** One value a minute, as bars or a line. Hidden from assistive technology: the readout and the table say the same. */
export const MinuteChart = memo(function MinuteChart(props: MinuteChartProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const chart = useRef<Chart<'bar' | 'line', (number | null)[], number> | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const theme = useThemeVersion();
  const { kind, tone, starts, values, showTimes, formatTick, cursor } = props;

  useEffect(() => {
    const element = canvas.current;
    if (element === null) return undefined;
    const made = new Chart(element, minuteChartOptions(
      latest.current,
      readPalette(element),
      () => latest.current.cursor,
      (index) => latest.current.onCursor(index),
    ));
    chart.current = made;
    return () => {
      made.destroy();
      chart.current = null;
    };
  }, [kind, tone, showTimes, formatTick, theme]);

  useEffect(() => {
    const current = chart.current;
    if (current === null) return;
    current.data.labels = starts;
    datasetValues(kind, values).forEach((data, index) => {
      current.data.datasets[index]!.data = data;
    });
    current.update('none');
  }, [kind, starts, values]);

  useEffect(() => {
    chart.current?.draw();
  }, [cursor]);

  return (
    <div className={`chart chart-${kind}`} aria-hidden="true" onMouseLeave={() => props.onCursor(null)}>
      <canvas ref={canvas} />
    </div>
  );
});
