// SAML 2.0 bearer assertions as authorization grants (RFC 7522 §3).
import { createPublicKey } from 'node:crypto';
import { DOMParser } from '@xmldom/xmldom';
import { SignedXml } from 'xml-crypto';
import { PARTNER } from './keys.mjs';

const SAML = 'urn:oasis:names:tc:SAML:2.0:assertion';
const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';
const XMLDSIG = 'http://www.w3.org/2000/09/xmldsig#';
const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';

/** A function that returns what the partner asserts in base64url of XML, or throws where it does not hold. */
export function samlVerifier(issuer, partnerKeys) {
  const publicCert = createPublicKey({ key: partnerKeys['partner-rsa'], format: 'jwk' })
    .export({ type: 'spki', format: 'pem' });
  const audiences = [issuer, `${issuer}/token`];
  return async (encoded) => {
    check(/^[\w-]+$/.test(encoded), 'the assertion is not base64url');
    const assertion = signedContent(Buffer.from(encoded, 'base64url').toString(), publicCert);
    check(text(assertion, 'Issuer') === PARTNER, 'another issuer');
    check(all(assertion, 'Audience').some((it) => audiences.includes(it.textContent)), 'another audience');
    const conditions = one(assertion, 'Conditions');
    const confirmed = one(assertion, 'SubjectConfirmation');
    const data = one(confirmed, 'SubjectConfirmationData');
    check(confirmed.getAttribute('Method') === BEARER, 'not a bearer confirmation');
    check(data.getAttribute('Recipient') === `${issuer}/token`, 'another recipient');
    const ends = [conditions, data].map((it) => it.getAttribute('NotOnOrAfter')).filter(Boolean).map(Date.parse);
    check(ends.length > 0 && ends.every((end) => end > Date.now()), 'expired');
    const start = conditions.getAttribute('NotBefore');
    check(!start || Date.parse(start) <= Date.now(), 'not valid yet');
    return {
      subject: text(one(assertion, 'Subject'), 'NameID'),
      id: assertion.getAttribute('ID'),
      expiresAt: Math.floor(Math.min(...ends) / 1000),
    };
  };
}

/** The assertion as it was signed, read from what the signature covers and from nothing else. */
function signedContent(xml, publicCert) {
  const signatures = parse(xml).getElementsByTagNameNS(XMLDSIG, 'Signature');
  check(signatures.length === 1, 'not signed once');
  const verifier = new SignedXml({ publicCert, getCertFromKeyInfo: () => null });
  verifier.loadSignature(signatures[0]);
  check(verifier.signatureAlgorithm === RSA_SHA256, 'another signature algorithm');
  check(verifier.checkSignature(xml), 'another signature');
  const references = verifier.getSignedReferences();
  check(references.length === 1, 'not one signed element');
  const signed = parse(references[0]).documentElement;
  check(signed.namespaceURI === SAML && signed.localName === 'Assertion', 'not a signed assertion');
  return signed;
}

const parse = (xml) => new DOMParser().parseFromString(xml, 'text/xml');

const all = (element, name) => Array.from(element.getElementsByTagNameNS(SAML, name));

function one(element, name) {
  const found = all(element, name);
  check(found.length === 1, `not one ${name}`);
  return found[0];
}

const text = (element, name) => one(element, name).textContent;

function check(holds, reason) {
  if (!holds) throw new Error(reason);
}
