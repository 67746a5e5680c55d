package io.vmessproxy.client.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RootsTest {
  @TempDir private Path folder;

  @Test
  void readsAllCertificatesOfAPemFileWithTextAroundThem() throws Exception {
    Path file =
        written(
            "Test Root\n=========\r\n"
                + Certificates.ROOT.getCertificatePEM()
                + "\n# the other one\n"
                + Certificates.OTHER_ROOT.getCertificatePEM());

    assertThat(Roots.read(file))
        .containsExactly(
            Certificates.ROOT.getCertificate(), Certificates.OTHER_ROOT.getCertificate());
  }

  @Test
  void readsTheOneCertificateOfADerFile() throws Exception {
    Path file =
        Files.write(folder.resolve("ca.cer"), Certificates.ROOT.getCertificate().getEncoded());

    assertThat(Roots.read(file)).containsExactly(Certificates.ROOT.getCertificate());
  }

  @Test
  void saysThatThereIsNoSuchFile() {
    assertRefused(folder.resolve("none.pem"), "none.pem: no such file");
  }

  @Test
  void saysThatItIsADirectory() {
    assertRefused(folder, ": is a directory (expected: a file)");
  }

  @Test
  void saysThatAFileHoldsAKeyInstead() throws Exception {
    assertRefused(
        written(Certificates.ROOT.getPrivateKeyPEM()),
        "ca.pem: holds BEGIN PRIVATE KEY (expected: -----BEGIN CERTIFICATE-----)");
  }

  @Test
  void saysThatAFileHoldsNothing() throws Exception {
    assertRefused(
        written("hello"), "ca.pem: holds nothing in PEM (expected: -----BEGIN CERTIFICATE-----)");
  }

  @Test
  void saysWhichCertificateIsBroken() throws Exception {
    assertRefused(
        written(
            Certificates.ROOT.getCertificatePEM()
                + "\n-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"),
        "ca.pem: its certificate 2 cannot be read");
  }

  @Test
  void saysThatWhatStandsThereIsNoBase64() throws Exception {
    assertRefused(
        written("-----BEGIN CERTIFICATE-----\nMI*B\n-----END CERTIFICATE-----\n"),
        "ca.pem: what stands in BEGIN CERTIFICATE is no base64");
  }

  @Test
  void refusesAFileThatIsTooLarge() throws Exception {
    assertRefused(
        Files.write(folder.resolve("ca.pem"), new byte[5_000_000]),
        "ca.pem: 5000000 bytes (expected: certificates, at most 4194304)");
  }

  private Path written(String text) throws IOException {
    return Files.writeString(folder.resolve("ca.pem"), text);
  }

  private static void assertRefused(Path file, String message) {
    assertThatThrownBy(() -> Roots.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith(message)
        .hasMessageStartingWith(file.toString());
  }
}
