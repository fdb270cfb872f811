import type { ChartConfiguration, ChartEvent, Plugin, Scale, ScriptableContext } from 'chart.js';
import { formatMinute } from '../../format/time';
import type { Chart } from './chartSetup';
import type { Palette } from './palette';

export interface MinuteChartModel {
  kind: 'bar' | 'line';
  tone: 'plain' | 'bad';
  /** Start of each minute, ms; the last one is still in progress. */
  starts: number[];
  values: number[];
  showTimes: boolean;
  formatTick: (value: number) => string;
}

/** The same for every chart, so that those above each other share their minutes. */
const axisWidth = 64;

export function minuteChartOptions(
  model: MinuteChartModel, palette: Palette, cursor: () => number | null, onCursor: (index: number | null) => void,
): ChartConfiguration<'bar' | 'line', (number | null)[], number> {
  const strong = model.tone === 'bad' ? palette.bad : palette.series;
  const soft = model.tone === 'bad' ? palette.badSoft : palette.seriesSoft;
  return {
    type: model.kind,
    data: {
      labels: model.starts,
      datasets: model.kind === 'bar' ? [bars(model, strong, soft)] : lines(model, strong, soft),
    },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      events: ['mousemove', 'mouseout', 'touchstart', 'touchmove'],
      onHover: (event, _elements, chart) => onCursor(indexAt(event, chart as Chart)),
      font: { family: palette.font, size: 11 },
      layout: { padding: { top: 8, right: 2 } },
      scales: {
        x: {
          type: 'category',
          offset: true,
          grid: { display: false, borderColor: palette.grid },
          ticks: {
            display: model.showTimes,
            autoSkip: false,
            maxRotation: 0,
            color: palette.text,
            font: { family: palette.font, size: 11 },
            callback(value) {
              const start = Number(this.getLabelForValue(Number(value)));
              const every = this.chart.width < 480 ? 15 : 10;
              return Math.round(start / 60_000) % every === 0 ? formatMinute(start) : null;
            },
          },
        },
        y: {
          type: 'linear',
          beginAtZero: true,
          suggestedMax: 4,
          grid: { color: palette.grid, drawBorder: false, drawTicks: false },
          ticks: {
            color: palette.text,
            font: { family: palette.font, size: 11 },
            maxTicksLimit: 4,
            padding: 8,
            precision: model.kind === 'bar' ? 0 : undefined,
            callback: (value) => model.formatTick(Number(value)),
          },
          afterFit: (scale: Scale) => {
            scale.width = axisWidth;
          },
        },
      },
    },
    plugins: [cursorPlugin(palette, cursor)],
  };
}

type Datasets = ChartConfiguration<'bar' | 'line', (number | null)[], number>['data']['datasets'];

/** The values as the datasets want them: bars are one, a line has its unfinished end apart, to be dashed. */
export function datasetValues(kind: 'bar' | 'line', values: number[]): (number | null)[][] {
  if (kind === 'bar') return [values];
  const last = values.length - 1;
  return [
    values.map((value, index) => (index === last ? null : value)),
    values.map((value, index) => (index >= last - 1 ? value : null)),
  ];
}

function bars(model: MinuteChartModel, strong: string, soft: string): Datasets[number] {
  const last = model.starts.length - 1; // always as many minutes, the last in progress
  return {
    type: 'bar',
    data: model.values,
    backgroundColor: (context: ScriptableContext<'bar'>) => (context.dataIndex === last ? soft : strong),
    borderRadius: 2,
    barPercentage: 0.92,
    categoryPercentage: 0.92,
    maxBarThickness: 28,
  };
}

function lines(model: MinuteChartModel, strong: string, soft: string): Datasets {
  const [done, end] = datasetValues('line', model.values);
  const common = {
    type: 'line', borderColor: strong, borderWidth: 1.75, pointRadius: 0, cubicInterpolationMode: 'monotone',
  } as const;
  return [
    { ...common, data: done!, backgroundColor: soft, fill: 'origin' },
    { ...common, data: end!, borderDash: [3, 3], fill: false },
  ];
}

function indexAt(event: ChartEvent, chart: Chart): number | null {
  const { left, right } = chart.chartArea;
  if (event.x === null || event.x < left || event.x > right) return null;
  const index = chart.scales.x?.getValueForPixel(event.x);
  return index === undefined ? null : Math.min(Math.max(index, 0), (chart.data.labels?.length ?? 1) - 1);
}

/** A line through the minute that the readout tells of. */
function cursorPlugin(palette: Palette, cursor: () => number | null): Plugin<'bar' | 'line'> {
  return {
    id: 'cursor',
    beforeDatasetsDraw(chart) {
      const index = cursor();
      const scale = chart.scales.x;
      if (index === null || scale === undefined) return;
      const x = scale.getPixelForValue(index);
      const { top, bottom } = chart.chartArea;
      chart.ctx.save();
      chart.ctx.strokeStyle = palette.cursor;
      chart.ctx.lineWidth = 1;
      chart.ctx.beginPath();
      chart.ctx.moveTo(Math.round(x) + 0.5, top);
      chart.ctx.lineTo(Math.round(x) + 0.5, bottom);
      chart.ctx.stroke();
      chart.ctx.restore();
    },
  };
}
