/** The webhooks of outcomes, where the service runs; leads to their deliveries. */
export function WebhookRow({ onOpen }: { onOpen: () => void }) {
  return (
    <tr data-part="webhooks">
      <th scope="row">Webhooks</th>
      <td className="muted clip">outcomes of orders</td>
      <td className="status-cell">
        <button type="button" className="link-button" onClick={onOpen}>Deliveries</button>
      </td>
    </tr>
  );
}
