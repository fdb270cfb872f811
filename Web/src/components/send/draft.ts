import type { OrderDraft } from '../../wire/types';
import type { FieldProblem } from '../../wire/problem';

/** The form as typed. */
export interface OrderForm {
  customer_id: string;
  amount: string;
  currency: string;
  country: string;
  order_id: string;
}

export const emptyForm: OrderForm = { customer_id: '', amount: '', currency: '', country: '', order_id: '' };

export const ordinaryOrder: OrderForm = {
  ...emptyForm, customer_id: '4711', amount: '49.90', currency: 'USD', country: 'US',
};
/** Above the fraud rule's limit, outside its trusted countries. */
export const suspiciousOrder: OrderForm = {
  ...emptyForm, customer_id: '4711', amount: '912.50', currency: 'USD', country: 'BR',
};

const number = /^-?\d+(\.\d+)?$/;

/**
 * The body to send. What reads as a number goes as a number, anything else as typed: the server judges it and names the
 * field, so the form tells the same truth as any other client gets.
 */
export function draftFrom(form: OrderForm): OrderDraft {
  const draft: OrderDraft = {};
  const put = (name: string, value: unknown) => {
    if (value !== '') draft[name] = value;
  };
  put('order_id', numeric(form.order_id));
  put('customer_id', numeric(form.customer_id));
  put('amount', numeric(form.amount));
  put('currency', form.currency.trim().toUpperCase());
  put('country', form.country.trim().toUpperCase());
  return draft;
}

function numeric(text: string): string | number {
  const trimmed = text.trim();
  return number.test(trimmed) && Number.isFinite(Number(trimmed)) ? Number(trimmed) : trimmed;
}

/** The server's findings beside their fields; those of fields that the form lacks apart. */
export function fieldProblems(
  problems: FieldProblem[],
): { byField: Partial<Record<keyof OrderForm, string>>; others: FieldProblem[] } {
  const byField: Partial<Record<keyof OrderForm, string>> = {};
  const others: FieldProblem[] = [];
  for (const problem of problems) {
    if (problem.field in emptyForm) {
      const field = problem.field as keyof OrderForm;
      byField[field] = byField[field] === undefined ? problem.detail : `${byField[field]} ${problem.detail}`;
    } else {
      others.push(problem);
    }
  }
  return { byField, others };
}
