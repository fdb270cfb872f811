import { useRef, useState, type FormEvent } from 'react';
import { api, ApiError } from '../../wire/api';
import { unreachable, type Problem } from '../../wire/problem';
import type { OrderAccepted } from '../../wire/types';
import { Icon } from '../common/Icon';
import { ProblemNote } from '../common/Notes';
import { Sheet } from '../layout/Sheet';
import { draftFrom, fieldProblems, ordinaryOrder, suspiciousOrder, type OrderForm } from './draft';
import { Field } from './Field';
import { newIdempotencyKey } from './idempotency';

interface SendSheetProps {
  onClose: () => void;
  onOpen: (id: number) => void;
}

/** Sends one order through the same door as any shop, to see the whole way work. */
export function SendSheet({ onClose, onOpen }: SendSheetProps) {
  const [form, setForm] = useState<OrderForm>(ordinaryOrder);
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [accepted, setAccepted] = useState<OrderAccepted | null>(null);
  // The same form sent again after a lost answer is the same order, so it keeps its key until an answer comes.
  const key = useRef<string | null>(null);

  const change = (changes: Partial<OrderForm>) => {
    key.current = null;
    setForm({ ...form, ...changes });
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setSending(true);
    setProblem(null);
    setAccepted(null);
    key.current ??= newIdempotencyKey();
    try {
      setAccepted((await api.send(draftFrom(form), key.current)).value);
      key.current = null;
    } catch (error) {
      setProblem(error instanceof ApiError ? error.problem : { ...unreachable(false), detail: String(error) });
    } finally {
      setSending(false);
    }
  };

  const { byField, others } = fieldProblems(problem?.fields ?? []);
  const field = (name: keyof OrderForm) => ({
    name, value: form[name], problem: byField[name], onChange: (value: string) => change({ [name]: value }),
  });
  return (
    <Sheet title="Send a test order" subject="send" onClose={onClose}>
      <p className="sheet-intro">It is a real order to the platform: charged by the simulated processor, judged, counted and stored.</p>
      <div className="presets" role="group" aria-label="Fill in">
        <button type="button" className="button button-small" onClick={() => change(ordinaryOrder)}>An ordinary order</button>
        <button type="button" className="button button-small" onClick={() => change(suspiciousOrder)}>One that looks like fraud</button>
      </div>
      <form className="form" noValidate onSubmit={(event) => void submit(event)}>
        <Field label="Customer id" {...field('customer_id')} inputMode="numeric" />
        <div className="form-row">
          <Field label="Amount" {...field('amount')} inputMode="decimal" />
          <Field label="Currency" {...field('currency')} hint="ISO 4217, as USD" code />
          <Field label="Country" {...field('country')} hint="ISO 3166, as US" code />
        </div>
        <Field label="Order id" {...field('order_id')} inputMode="numeric" hint="Empty: the platform gives one" />
        {problem !== null && <ProblemNote problem={problem} what="Not sent" />}
        {others.length > 0 && (
          <ul className="field-list">
            {others.map((other) => <li key={other.field}><strong>{other.field}</strong> {other.detail}</li>)}
          </ul>
        )}
        <button type="submit" className="button button-primary" disabled={sending}>
          <Icon name="send" /> {sending ? 'Sending…' : 'Send order'}
        </button>
        <div role="status">
          {accepted !== null && (
            <div className="note note-good">
              <Icon name="check" />
              <div className="note-text">
                <strong>Accepted as order {accepted.order_id}</strong>
                <span>Written to {accepted.topic}, partition {accepted.partition}, offset {accepted.offset}.</span>
              </div>
              <button type="button" className="button button-small" onClick={() => onOpen(accepted.order_id)}>Open</button>
            </div>
          )}
        </div>
      </form>
    </Sheet>
  );
}
