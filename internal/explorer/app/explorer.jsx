import { GraphiQL } from 'graphiql';
import { getOperationAST, parse } from 'graphql';
import { createClient } from 'graphql-sse';
import { createRoot } from 'react-dom/client';
import 'graphiql/style.css';
import './explorer.css';

const root = document.getElementById('explorer');

// Subscriptions come as server-sent events, which carry headers as every other
// request does; everything else is one POST.
async function fetcher(params, { headers = {} } = {}) {
  if (isSubscription(params)) {
    return createClient({ url: '/graphql', headers, retryAttempts: 0 }).iterate(params);
  }
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: {
      Accept: 'application/graphql-response+json, application/json;q=0.9',
      'Content-Type': 'application/json',
      ...headers,
    },
    body: JSON.stringify(params),
  });
  return response.json();
}

function isSubscription({ query, operationName }) {
  try {
    return getOperationAST(parse(query), operationName)?.operation === 'subscription';
  } catch {
    return false; // the server says what is wrong with the text
  }
}

createRoot(root).render(
  <GraphiQL fetcher={fetcher} defaultQuery={root.dataset.query} shouldPersistHeaders={false}>
    <GraphiQL.Logo>needmap</GraphiQL.Logo>
  </GraphiQL>,
);
