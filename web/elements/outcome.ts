/** What came of an action, said where everybody sees it and readers hear it. */
import { notifications } from '@mantine/notifications';
import { ApiProblem } from '../api/problem.ts';

/** It is done. */
export function tellDone(title: string, message = ''): void {
  notifications.show({ title, message, color: 'teal', autoClose: 6000, withBorder: true, role: 'status' });
}

/** It was refused, in the server's words; stays until it is closed. */
export function tellRefused(title: string, problem: unknown): void {
  const message = problem instanceof ApiProblem || problem instanceof Error ? problem.message : String(problem);
  notifications.show({ title, message, color: 'red', autoClose: false, withBorder: true, role: 'alert' });
}
