/** Which page stands under which address. A page is loaded when it is first shown. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { Failed, Missing } from './elements/state.tsx';
import { Shell } from './layout/shell.tsx';
import { deadLettersSearch } from './pages/dead-letters/search.ts';
import { createOrderSearch } from './pages/create-order/search.ts';
import { customerSearch, customersSearch } from './pages/customers/search.ts';
import { orderSearch } from './pages/order/search.ts';
import { ordersSearch } from './pages/orders/search.ts';
import { overviewSearch } from './pages/overview/search.ts';
import { productSearch, productsSearch } from './pages/products/search.ts';
import { endpointSearch, webhooksSearch } from './pages/webhooks/search.ts';

const root = createRootRoute({
  component: Shell,
  notFoundComponent: () => <Missing what="such page">Choose one in the navigation.</Missing>,
  errorComponent: ({ error, reset }) => <Failed problem={error} onRetry={reset} />,
});

const routes = [
  createRoute({
    getParentRoute: () => root,
    path: '/',
    validateSearch: overviewSearch,
    component: lazyRouteComponent(() => import('./pages/overview/overview.tsx'), 'Overview'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/dashboard/orders',
    validateSearch: ordersSearch,
    component: lazyRouteComponent(() => import('./pages/orders/orders.tsx'), 'Orders'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/dashboard/create-order',
    validateSearch: createOrderSearch,
    component: lazyRouteComponent(() => import('./pages/create-order/create-order.tsx'), 'CreateOrder'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/dashboard/orders/$orderId',
    validateSearch: orderSearch,
    component: lazyRouteComponent(() => import('./pages/order/order.tsx'), 'OrderPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/dashboard/customers',
    validateSearch: customersSearch,
    component: lazyRouteComponent(() => import('./pages/customers/customers.tsx'), 'Customers'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/dashboard/customers/$customerId',
    validateSearch: customerSearch,
    component: lazyRouteComponent(() => import('./pages/customers/customer.tsx'), 'CustomerPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/dashboard/products',
    validateSearch: productsSearch,
    component: lazyRouteComponent(() => import('./pages/products/products.tsx'), 'Products'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/dashboard/products/$productId',
    validateSearch: productSearch,
    component: lazyRouteComponent(() => import('./pages/products/product.tsx'), 'ProductPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/dashboard/processors',
    component: lazyRouteComponent(() => import('./pages/processors/processors.tsx'), 'Processors'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/dashboard/dead-letters',
    validateSearch: deadLettersSearch,
    component: lazyRouteComponent(() => import('./pages/dead-letters/dead-letters.tsx'), 'DeadLetters'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/dashboard/dead-letters/$eventId',
    component: lazyRouteComponent(() => import('./pages/dead-letters/dead-letter.tsx'), 'DeadLetterPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/dashboard/webhooks',
    validateSearch: webhooksSearch,
    component: lazyRouteComponent(() => import('./pages/webhooks/webhooks.tsx'), 'Webhooks'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/dashboard/webhooks/$endpointId',
    validateSearch: endpointSearch,
    component: lazyRouteComponent(() => import('./pages/webhooks/endpoint.tsx'), 'EndpointPage'),
  }),
];

/** Every page of the dashboard. */
export const router = createRouter({
  routeTree: root.addChildren(routes),
  defaultPreload: 'intent',
  scrollRestoration: true,
  // Of an address only what its page understands counts.
  search: { strict: true },
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
