import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';
import 'graphiql/style.css';
import './explorer.css';

const root = document.getElementById('explorer');

async function fetcher(params, { headers = {} } = {}) {
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

createRoot(root).render(
  <GraphiQL fetcher={fetcher} defaultQuery={root.dataset.query} shouldPersistHeaders={false}>
    <GraphiQL.Logo>needmap</GraphiQL.Logo>
  </GraphiQL>,
);
