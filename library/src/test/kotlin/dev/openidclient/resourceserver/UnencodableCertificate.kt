package dev.openidclient.resourceserver

import java.security.PublicKey
import java.security.cert.CertificateEncodingException
import java.security.cert.X509Certificate
import java.util.Date

/** As a TLS implementation of somebody's own may have it. */
internal class UnencodableCertificate(
    private val whole: X509Certificate,
) : X509Certificate() {
    override fun getEncoded(): ByteArray = throw CertificateEncodingException("x")

    override fun hasUnsupportedCriticalExtension() = whole.hasUnsupportedCriticalExtension()

    override fun getCriticalExtensionOIDs(): Set<String>? = whole.criticalExtensionOIDs

    override fun getNonCriticalExtensionOIDs(): Set<String>? = whole.nonCriticalExtensionOIDs

    override fun getExtensionValue(oid: String?): ByteArray? = whole.getExtensionValue(oid)

    override fun verify(key: PublicKey?) = whole.verify(key)

    override fun verify(
        key: PublicKey?,
        sigProvider: String?,
    ) = whole.verify(key, sigProvider)

    override fun toString() = "UnencodableCertificate"

    override fun getPublicKey() = whole.publicKey

    override fun checkValidity() = whole.checkValidity()

    override fun checkValidity(date: Date?) = whole.checkValidity(date)

    override fun getVersion() = whole.version

    override fun getSerialNumber() = whole.serialNumber

    @Deprecated("of X509Certificate")
    override fun getIssuerDN() = whole.issuerX500Principal

    @Deprecated("of X509Certificate")
    override fun getSubjectDN() = whole.subjectX500Principal

    override fun getNotBefore() = whole.notBefore

    override fun getNotAfter() = whole.notAfter

    override fun getTBSCertificate() = whole.tbsCertificate

    override fun getSignature() = whole.signature

    override fun getSigAlgName() = whole.sigAlgName

    override fun getSigAlgOID() = whole.sigAlgOID

    override fun getSigAlgParams() = whole.sigAlgParams

    override fun getIssuerUniqueID() = whole.issuerUniqueID

    override fun getSubjectUniqueID() = whole.subjectUniqueID

    override fun getKeyUsage() = whole.keyUsage

    override fun getBasicConstraints() = whole.basicConstraints
}
