import { textField } from '../answers/json-body.ts';

/** `{"detail": [{"loc": ["body", "service_location"], "msg": "…"}]}`, or a text in its place. */
export function validationDetail(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { detail } = body as { detail?: unknown };
  if (!Array.isArray(detail)) {
    return textField(body, 'detail') ?? textField(body, 'message') ?? textField(body, 'error');
  }
  const parts = detail.map((item: unknown) => {
    const { loc } = (item ?? {}) as { loc?: unknown };
    const where = Array.isArray(loc) ? loc.join('.') : undefined;
    return [where, textField(item, 'msg')].filter(Boolean).join(': ');
  });
  return parts.filter(Boolean).join('; ') || undefined;
}
