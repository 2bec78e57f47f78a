/** Links to pages of the dashboard, typed by its routes: `<PageLink to="/dashboard/orders/$orderId" params={…}>`. */
import { Anchor, Button, type ButtonProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { ComponentProps } from 'react';

/** A link in text. */
export const PageLink = createLink(Anchor<'a'>);

/** A link that looks like a button. */
export const ButtonLink = createLink((props: ButtonProps & ComponentProps<'a'>) => <Button component="a" {...props} />);
