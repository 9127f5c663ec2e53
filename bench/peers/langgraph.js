import { DatabaseSync } from 'node:sqlite';
import { AIMessage, HumanMessage, ToolMessage } from '@langchain/core/messages';
import { END, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { SqliteSaver } from '@langchain/langgraph-checkpoint-sqlite';

/**
 * Two model turns and one tool as a graph over the SQLite checkpointer, which commits after each
 * node (`durability: 'sync'`), each commit synced. Its driver has an install script, so the same
 * calls go to the SQLite of Node.js.
 */
export function openLangGraph(folder) {
  const db = new DatabaseSync(`${folder}/langgraph.sqlite`);
  const saver = new SqliteSaver(asBetterSqlite(db));
  saver.setup();
  db.exec('PRAGMA synchronous = FULL');
  const graph = new StateGraph(MessagesAnnotation)
    .addNode('model', ({ messages }) => ({ messages: [answer(messages)] }))
    .addNode('tool', () => ({
      messages: [
        new ToolMessage({ tool_call_id: 'call_1', content: '{"shelf":"harbor","volumes":42}' }),
      ],
    }))
    .addEdge(START, 'model')
    .addConditionalEdges('model', ({ messages }) =>
      messages.at(-1).tool_calls?.length > 0 ? 'tool' : END,
    )
    .addEdge('tool', 'model')
    .compile({ checkpointer: saver });
  let runs = 0;
  return {
    name: 'LangGraph.js',
    durability: () => `SQLite, journal_mode=${pragma(db, 'journal_mode')}, synchronous=${pragma(db, 'synchronous')}`,
    run: async () => {
      runs += 1;
      const { messages } = await graph.invoke(
        { messages: [new HumanMessage('how many volumes are held?')] },
        { configurable: { thread_id: `run-${runs}` }, durability: 'sync' },
      );
      return messages.at(-1).content;
    },
    close: () => db.close(),
  };
}

const answer = (messages) =>
  messages.at(-1).getType() === 'tool'
    ? new AIMessage('42 volumes are held.')
    : new AIMessage({
        content: '',
        tool_calls: [{ id: 'call_1', name: 'count_volumes', args: { shelf: 'harbor' } }],
      });

const pragma = (db, name) => Object.values(db.prepare(`PRAGMA ${name}`).get())[0];

/** What the checkpointer uses of its driver. */
const asBetterSqlite = (db) => ({
  pragma: (text) => db.exec(`PRAGMA ${text}`),
  exec: (text) => db.exec(text),
  prepare: (text) => db.prepare(text),
  transaction:
    (work) =>
    (...args) => {
      db.exec('BEGIN');
      try {
        const result = work(...args);
        db.exec('COMMIT');
        return result;
      } catch (error) {
        db.exec('ROLLBACK');
        throw error;
      }
    },
});
