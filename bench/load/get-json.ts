/** What a server at a URL answers at a path; rejects with its words where it refuses. */
export async function getJson<Answer>(http: string, path: string): Promise<Answer> {
  const answer = await fetch(new URL(path, http));
  if (!answer.ok) throw new Error(`GET ${path} was answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Answer;
}
