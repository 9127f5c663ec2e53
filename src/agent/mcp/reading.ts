import type { Client } from '@modelcontextprotocol/client';
import { isJsonObject, type Json, type JsonObject } from '../../base/index.ts';
import { type CallResult, callResult } from './call-result.ts';
import type { ServerTool } from './server.ts';

type CallOptions = NonNullable<Parameters<Client['callTool']>[1]>;

interface Reading extends ServerTool {
  readonly of: 'resources' | 'prompts';
  readonly read: (client: Client, input: JsonObject, options: CallOptions) => Promise<CallResult>;
}

const done = (output: Json): CallResult => ({ output, error: false });

const object = (properties: JsonObject, required: readonly string[] = []): JsonObject => ({
  type: 'object',
  properties,
  required: [...required],
  additionalProperties: false,
});

/** What a server offers beside tools, as tools: a model has no other way to ask for it. */
const READINGS: readonly Reading[] = [
  {
    of: 'resources',
    name: 'list_resources',
    description: 'Lists what this server has to read: addresses, names, and patterns of addresses',
    input: object({}),
    read: async (client, _, options) => {
      const { resources } = await client.listResources(undefined, options);
      const templates = await client
        .listResourceTemplates(undefined, options)
        .then(({ resourceTemplates }) => resourceTemplates)
        .catch(() => []);
      return done({
        resources: resources.map(({ uri, name, description, mimeType }) =>
          present({ uri, name, description, mimeType }),
        ),
        ...(templates.length === 0
          ? {}
          : {
              patterns: templates.map(({ uriTemplate, name, description }) =>
                present({ uri: uriTemplate, name, description }),
              ),
            }),
      });
    },
  },
  {
    of: 'resources',
    name: 'read_resource',
    description: 'Reads one of the addresses that list_resources names',
    input: object({ uri: { type: 'string', minLength: 1 } }, ['uri']),
    read: async (client, { uri }, options) => {
      const { contents } = await client.readResource({ uri: String(uri) }, options);
      const content = contents.map((resource) => ({ type: 'resource', resource }));
      return callResult({ content });
    },
  },
  {
    of: 'prompts',
    name: 'list_prompts',
    description: 'Lists the prompts this server has prepared, with their arguments',
    input: object({}),
    read: async (client, _, options) => {
      const { prompts } = await client.listPrompts(undefined, options);
      return done({
        prompts: prompts.map(({ name, description, arguments: named }) =>
          present({
            name,
            description,
            arguments: named?.map((each) =>
              present({
                name: each.name,
                description: each.description,
                required: each.required,
              }),
            ),
          }),
        ),
      });
    },
  },
  {
    of: 'prompts',
    name: 'get_prompt',
    description: 'Gets one of the prompts that list_prompts names, filled with its arguments',
    input: object(
      {
        name: { type: 'string', minLength: 1 },
        arguments: { type: 'object', additionalProperties: { type: 'string' } },
      },
      ['name'],
    ),
    read: async (client, { name, arguments: given }, options) => {
      const args = Object.fromEntries(
        Object.entries(isJsonObject(given) ? given : {}).map(([key, value]) => [
          key,
          String(value),
        ]),
      );
      const { messages } = await client.getPrompt({ name: String(name), arguments: args }, options);
      const texts = messages.map(
        ({ role, content }) => `${role}: ${String(callResult({ content: [content] }).output)}`,
      );
      return done(texts.join('\n\n'));
    },
  },
];

/** An object without what is not there. */
const present = (fields: Readonly<Record<string, Json | undefined>>): JsonObject =>
  Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, Json] => entry[1] !== undefined),
  );

/** The tools that a server's resources and prompts are read by; its own tools of the same name go before them. */
export function readingsOf(client: Client, own: readonly ServerTool[]): readonly ServerTool[] {
  const capabilities = client.getServerCapabilities();
  return READINGS.filter(
    ({ of, name }) => capabilities?.[of] !== undefined && !own.some((tool) => tool.name === name),
  ).map(({ name, description, input }) => ({ name, description, input }));
}

/** Reads what such a tool asks for. */
export const readingBy = (tool: string): Reading['read'] | undefined =>
  READINGS.find(({ name }) => name === tool)?.read;
