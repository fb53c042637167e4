// Writes the definition of the workflow action: each field once, with its words in three
// languages, instead of six lists that have to agree. `npm run definitions` writes the file,
// and a test holds it against this.

const languages = ['en', 'es', 'pt-br'];

const text = (name, words, more = {}) => ({ name, type: 'string', fieldType: 'text', words, ...more });
const flag = (name, words, more = {}) => ({ name, type: 'bool', fieldType: 'booleancheckbox', words, ...more });

const fields = [
  text('sender', [
    ['Sender', 'Up to 15 digits, or up to 11 letters and digits.'],
    ['Remitente', 'Hasta 15 dígitos, o hasta 11 letras y dígitos.'],
    ['Remetente', 'Até 15 dígitos, ou até 11 letras e dígitos.'],
  ], { required: true }),
  text('message', [
    ['Message', 'Contact tokens from the panel on the right; {UNSUB_URL} becomes the unsubscribe link.'],
    ['Mensaje', 'Tokens de contacto del panel de la derecha; {UNSUB_URL} será el enlace de baja.'],
    ['Mensagem', 'Tokens de contato do painel à direita; {UNSUB_URL} será o link de cancelamento.'],
  ], { required: true, fieldType: 'textarea' }),
  text('country', [
    ['Country', 'Its prefix is put before numbers that have none.'],
    ['País', 'Su prefijo se antepone a los números que no lo llevan.'],
    ['País', 'O seu prefixo é posto antes dos números que não o têm.'],
  ], { type: 'enumeration', fieldType: 'select', options: 'countries' }),
  text('phone_property', [
    ['Phone property', 'Name of the property that holds the number. Empty: mobile_phone_360nrs, then the mobile number, then the phone.'],
    ['Propiedad del teléfono', 'Nombre de la propiedad con el número. Vacío: mobile_phone_360nrs, después el móvil y después el teléfono.'],
    ['Propriedade do telefone', 'Nome da propriedade com o número. Vazio: mobile_phone_360nrs, depois o celular e depois o telefone.'],
  ]),
  flag('shorten_urls', [
    ['Shorten URLs', 'Links become short, and clicks are counted.'],
    ['Acortar URL', 'Los enlaces se acortan y se cuentan los clics.'],
    ['Encurtar URLs', 'Os links ficam curtos e os cliques são contados.'],
  ]),
  flag('transliterate', [
    ['Replace unsupported characters', 'Characters outside GSM-7 become the nearest one in it.'],
    ['Sustituir caracteres no admitidos', 'Los caracteres fuera de GSM-7 se sustituyen por el más parecido.'],
    ['Substituir caracteres não suportados', 'Os caracteres fora do GSM-7 são trocados pelo mais parecido.'],
  ]),
  text('campaign_name', [
    ['Campaign name', 'Empty: HUBSPOT_SMS_YEAR_MONTH.'],
    ['Nombre de la campaña', 'Vacío: HUBSPOT_SMS_AÑO_MES.'],
    ['Nome da campanha', 'Vazio: HUBSPOT_SMS_ANO_MÊS.'],
  ]),
  ...['source', 'medium', 'campaign', 'term', 'content', 'id'].map((tag) =>
    text(`utm_${tag}`, [
      [`utm_${tag}`, 'Added to links. Without shortening it costs characters.'],
      [`utm_${tag}`, 'Se añade a los enlaces. Sin acortar, consume caracteres.'],
      [`utm_${tag}`, 'Acrescentado aos links. Sem encurtar, consome caracteres.'],
    ])),
  flag('transactional', [
    ['This is not advertising', 'It is about something that the contact has ordered or booked.'],
    ['No es publicidad', 'Trata de algo que el contacto ha pedido o reservado.'],
    ['Não é publicidade', 'É sobre algo que o contato encomendou ou reservou.'],
  ]),
  flag('ignore_opt_outs', [
    ['Also to people who have opted out', 'Only together with the field above; it is noted in Septet.'],
    ['También a quienes se dieron de baja', 'Solo junto con el campo anterior; queda anotado en Septet.'],
    ['Também a quem cancelou', 'Só junto com o campo anterior; fica registrado no Septet.'],
  ]),
  text('complete_when', [
    ['Go on when', 'The workflow waits a day at most.'],
    ['Continuar cuando', 'El flujo espera un día como máximo.'],
    ['Continuar quando', 'O fluxo espera no máximo um dia.'],
  ], {
    type: 'enumeration',
    fieldType: 'select',
    choices: [
      ['delivered', ['Delivered or not', 'Entregado o no', 'Entregue ou não']],
      ['sent', ['Sent or not', 'Enviado o no', 'Enviado ou não']],
      ['queued', ['At once', 'Enseguida', 'Imediatamente']],
    ],
  }),
];

const outputs = [
  {
    name: 'state',
    type: 'enumeration',
    words: ['State', 'Estado', 'Estado'],
    choices: ['sent', 'delivered', 'not_delivered', 'not_sent', 'in_doubt'],
  },
  { name: 'message_id', type: 'string', words: ['Message ID', 'ID del mensaje', 'ID da mensagem'] },
  { name: 'parts', type: 'number', words: ['Parts', 'Partes', 'Partes'] },
  { name: 'error', type: 'string', words: ['Reason', 'Motivo', 'Motivo'] },
];

const rules = [
  ['delivered', ['Delivered', 'Entregado', 'Entregue']],
  ['sent', ['Sent', 'Enviado', 'Enviado']],
  ['not_delivered', ['Not delivered', 'No entregado', 'Não entregue']],
  ['not_sent', ['Not sent: {{error}}', 'No enviado: {{error}}', 'Não enviado: {{error}}']],
  ['in_doubt', ['In doubt after a day', 'En duda tras un día', 'Em dúvida após um dia']],
];

const actions = [
  ['Send SMS with Septet', 'Sends an SMS through 360nrs.', 'Send SMS: {{message}}'],
  ['Enviar SMS con Septet', 'Envía un SMS por 360nrs.', 'Enviar SMS: {{message}}'],
  ['Enviar SMS com Septet', 'Envia um SMS pela 360nrs.', 'Enviar SMS: {{message}}'],
];

const byName = (list, value) => Object.fromEntries(list.map((one) => [one.name, value(one)]));
const option = (value, label, displayOrder) => ({ value, label, displayOrder });

const input = (field) => ({
  typeDefinition: {
    name: field.name,
    type: field.type,
    fieldType: field.fieldType,
    options: (field.choices ?? []).map(([value, [label]], order) => option(value, label, order)),
    ...(field.options ? { optionsUrl: `\${SEPTET_URL}/hubspot/options/v1/${field.options}` } : {}),
  },
  supportedValueTypes: ['STATIC_VALUE'],
  isRequired: Boolean(field.required),
});

const labels = (_, place) => {
  const [actionName, actionDescription, actionCardContent] = actions[place];
  const chosen = fields.filter((field) => field.choices);
  return {
    actionName,
    actionDescription,
    actionCardContent,
    appDisplayName: 'Septet',
    inputFieldLabels: byName(fields, (field) => field.words[place][0]),
    inputFieldDescriptions: byName(fields, (field) => field.words[place][1]),
    inputFieldOptionLabels: byName(chosen, (field) =>
      Object.fromEntries(field.choices.map(([value, words]) => [value, words[place]]))),
    outputFieldLabels: byName(outputs, (output) => output.words[place]),
    executionRules: Object.fromEntries(rules.map(([name, words]) => [name, words[place]])),
  };
};

export const definition = {
  uid: 'septet_send_sms',
  type: 'workflow-action',
  config: {
    actionUrl: '${SEPTET_URL}/hubspot/actions/v1/send-sms',
    isPublished: true,
    supportedClients: [{ client: 'WORKFLOWS' }],
    objectTypes: ['CONTACT', 'COMPANY', 'DEAL'],
    // All that a message to a contact needs; what else its text asks for is read afterwards.
    objectRequestOptions: {
      properties: [
        'mobile_phone_360nrs', 'mobilephone', 'phone', 'mobile_prefix_360nrs', 'firstname',
        'lastname', 'email', 'septet_opted_out', 'hs_marketable_status',
      ],
    },
    inputFields: fields.map(input),
    outputFields: outputs.map((output) => ({
      typeDefinition: {
        name: output.name,
        type: output.type,
        options: (output.choices ?? []).map((value, order) => option(value, value, order)),
      },
    })),
    inputFieldDependencies: [
      {
        dependencyType: 'SINGLE_FIELD',
        controllingFieldName: 'message',
        dependentFieldNames: fields.map((field) => field.name).filter((name) => name.startsWith('utm_')),
      },
      {
        dependencyType: 'SINGLE_FIELD',
        controllingFieldName: 'transactional',
        dependentFieldNames: ['ignore_opt_outs'],
      },
    ],
    executionRules: rules.map(([state]) => ({ labelName: state, conditions: { state: [state] } })),
    labels: Object.fromEntries(languages.map((language, place) => [language, labels(language, place)])),
  },
};

/** The file as it is written. */
export const file = 'src/app/workflow-actions/send-sms-hsmeta.json';
export const written = `${JSON.stringify(definition, null, 2)}\n`;
