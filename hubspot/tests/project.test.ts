// The project's files, held against what HubSpot documents of them (docs/HUBSPOT.md): HubSpot's
// own schemas are only to be had with an account.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import Ajv from 'ajv';
import { describe, expect, test } from 'vitest';

import { file, written } from '../scripts/send-sms.mjs';

const root = new URL('..', import.meta.url).pathname;
const read = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'));
const files = readdirSync(join(root, 'src/app'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('-hsmeta.json'))
  .map((name) => join('src/app', name));
const components = files.map((path) => ({ path, component: read(path) }));
const of = (type: string) => components.filter(({ component }) => component.type === type);

const text = { type: 'string', minLength: 1 };
const ours = { type: 'string', pattern: '^\\$\\{SEPTET_URL\\}' };
const list = (items: object) => ({ type: 'array', items });

const field = {
  type: 'object',
  required: ['typeDefinition', 'supportedValueTypes', 'isRequired'],
  properties: {
    typeDefinition: {
      type: 'object',
      required: ['name', 'type', 'fieldType', 'options'],
      additionalProperties: false,
      properties: {
        name: { type: 'string', pattern: '^[a-z][a-z0-9_]*$' },
        type: { enum: ['bool', 'date', 'datetime', 'enumeration', 'json', 'number', 'phone_number', 'string'] },
        fieldType: { enum: ['booleancheckbox', 'checkbox', 'date', 'number', 'phonenumber', 'radio', 'select', 'text', 'textarea'] },
        options: list({ type: 'object', required: ['value', 'label'] }),
        optionsUrl: ours,
      },
    },
    supportedValueTypes: list({ enum: ['STATIC_VALUE', 'OBJECT_PROPERTY'] }),
    isRequired: { type: 'boolean' },
  },
};

const configs: Record<string, object> = {
  app: {
    required: ['name', 'distribution', 'auth', 'permittedUrls'],
    properties: {
      distribution: { enum: ['marketplace', 'private'] },
      auth: {
        type: 'object',
        required: ['type', 'redirectUrls', 'requiredScopes', 'optionalScopes'],
        properties: { type: { const: 'oauth' }, redirectUrls: list(ours) },
      },
      permittedUrls: { type: 'object', properties: { fetch: list(ours), iframe: list(ours) } },
    },
  },
  card: {
    required: ['name', 'location', 'entrypoint', 'objectTypes'],
    properties: {
      location: { enum: ['crm.record.tab', 'crm.record.sidebar', 'crm.preview', 'helpdesk.sidebar'] },
      objectTypes: list({ enum: ['contacts', 'companies', 'deals'] }),
    },
  },
  'crm-bulk-action': {
    required: ['label', 'entrypoint', 'objectTypes', 'displayMode'],
    properties: { displayMode: { enum: ['PANEL', 'MODAL'] } },
  },
  settings: { required: ['entrypoint'], additionalProperties: false, properties: { entrypoint: text } },
  webhooks: {
    required: ['settings', 'subscriptions'],
    properties: {
      settings: {
        type: 'object',
        required: ['targetUrl', 'maxConcurrentRequests'],
        properties: { targetUrl: ours, maxConcurrentRequests: { type: 'integer', exclusiveMinimum: 5 } },
      },
    },
  },
  'workflow-action': {
    required: ['actionUrl', 'isPublished', 'supportedClients', 'inputFields', 'outputFields', 'labels', 'objectTypes'],
    properties: {
      actionUrl: ours,
      objectTypes: list({ enum: ['CONTACT', 'COMPANY', 'DEAL', 'TICKET'] }),
      inputFields: list(field),
    },
  },
};

test('the project is one of platform 2026.09, with one app, one page of settings and one webhook', () => {
  expect(read('hsproject.json')).toEqual({ name: 'septet', srcDir: 'src', platformVersion: '2026.09' });
  for (const type of ['app', 'settings', 'webhooks']) expect(of(type).length, type).toBe(1);
});

test.each(components)('$path is as HubSpot documents it', ({ path, component }) => {
  const config = configs[component.type];
  expect(config, component.type).toBeDefined();
  const schema = {
    type: 'object',
    required: ['uid', 'type', 'config'],
    additionalProperties: false,
    properties: {
      uid: { type: 'string', minLength: 1, maxLength: 64, pattern: '^[a-z0-9_]+$' },
      type: text,
      config: { type: 'object', ...config },
    },
  };
  const ajv = new Ajv({ allErrors: true, strict: false });
  const valid = ajv.validate(schema, component);
  expect(ajv.errors ?? [], path).toEqual([]);
  expect(valid).toBe(true);
  if (component.config.entrypoint) read_source(component.config.entrypoint);
});

function read_source(entrypoint: string) {
  expect(readFileSync(join(root, 'src', entrypoint), 'utf8')).toContain('hubspot.extend');
}

test('every name is given once', () => {
  const names = components.map(({ component }) => component.uid);
  expect(new Set(names).size).toBe(names.length);
});

test('every address is a variable’s, and the variable is in the example profile', () => {
  const { variables } = read('hsprofile.example.json');
  for (const { path, component } of components) {
    const words = JSON.stringify(component);
    expect(words, path).not.toMatch(/https?:\/\//);
    for (const [, name] of words.matchAll(/\$\{([^}]+)\}/g)) expect(variables, path).toHaveProperty([name!]);
  }
});

test('what the server asks for is what the app may have', () => {
  const { requiredScopes, optionalScopes } = of('app')[0]!.component.config.auth;
  const source = readFileSync(join(root, '../server/src/hubspot/oauth.rs'), 'utf8');
  const scopes = (name: string) => {
    const block = source.split(`const ${name}:`)[1]!.split('];')[0]!.split('= [')[1]!;
    return [...block.matchAll(/"([^"]+)"/g)].map(([, scope]) => scope);
  };
  expect(scopes('SCOPES')).toEqual(requiredScopes);
  expect(scopes('OPTIONAL_SCOPES')).toEqual(optionalScopes);
});

describe.each(of('workflow-action'))('$path', ({ component }) => {
  const { inputFields, outputFields, labels, inputFieldDependencies, executionRules } = component.config;
  const names = (fields: { typeDefinition: { name: string } }[]) => fields.map((one) => one.typeDefinition.name);

  test.each(['en', 'es', 'pt-br'])('says everything in %s', (language) => {
    const words = labels[language];
    for (const key of ['actionName', 'actionDescription', 'actionCardContent', 'appDisplayName']) {
      expect(words[key], key).toBeTruthy();
    }
    expect(Object.keys(words.inputFieldLabels)).toEqual(names(inputFields));
    expect(Object.keys(words.inputFieldDescriptions)).toEqual(names(inputFields));
    expect(Object.keys(words.outputFieldLabels)).toEqual(names(outputFields));
    for (const { labelName } of executionRules) expect(words.executionRules[labelName]).toBeTruthy();
    for (const [name, choices] of Object.entries<Record<string, string>>(words.inputFieldOptionLabels)) {
      const definition = inputFields.find((one: { typeDefinition: { name: string } }) => one.typeDefinition.name === name);
      const values = definition.typeDefinition.options.map((one: { value: string }) => one.value);
      expect(Object.keys(choices)).toEqual(values);
    }
  });

  test('depends on fields that there are', () => {
    for (const { controllingFieldName, dependentFieldNames } of inputFieldDependencies) {
      expect(names(inputFields)).toContain(controllingFieldName);
      for (const name of dependentFieldNames) expect(names(inputFields)).toContain(name);
    }
  });
});

test('the workflow action is what its script writes', () => {
  expect(readFileSync(join(root, file), 'utf8')).toBe(written);
});
