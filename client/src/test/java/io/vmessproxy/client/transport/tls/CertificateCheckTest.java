package io.vmessproxy.client.transport.tls;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmessproxy.client.transport.TlsSettings;
import java.util.List;
import org.junit.jupiter.api.Test;

class CertificateCheckTest {
  @Test
  void saysThatThisJavaTrustsNoRoot() throws Exception {
    CertificateCheck check =
        new CertificateCheck(
            TlsSettings.STANDARD, List.of(ServerName.of("a.example")), Trust.in(List.of()));

    assertThatThrownBy(
            () -> check.checkServerTrusted(Certificates.SERVER.getCertificatePath(), "UNKNOWN"))
        .isInstanceOf(CertificateRefused.class)
        .hasMessage("this Java trusts no root at all");
  }
}
