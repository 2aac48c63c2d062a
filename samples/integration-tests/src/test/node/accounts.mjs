/** Every login exists; its claims are made from its name. */
export function findAccount(ctx, id) {
  return {
    accountId: id,
    claims: () => ({
      sub: id,
      address: { country: 'France', locality: 'Lyon', postal_code: '69001', street_address: '1 rue de la République' },
      birthdate: '1987-10-16',
      email: `${id}@example.com`,
      email_verified: true,
      family_name: 'Moreau',
      given_name: id,
      locale: 'fr-FR',
      name: `${id} Moreau`,
      nickname: id,
      phone_number: '+33 4 00 00 00 00',
      phone_number_verified: false,
      preferred_username: id,
      updated_at: 1_760_000_000,
      website: 'https://example.com',
      zoneinfo: 'Europe/Paris',
    }),
  };
}
