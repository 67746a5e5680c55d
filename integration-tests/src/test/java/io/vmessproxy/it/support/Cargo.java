package io.vmessproxy.it.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a cell of a matrix has to carry: a download, an upload and datagrams, compared byte for byte
 * at both ends.
 */
public final class Cargo implements AutoCloseable {
  /** Sizes of datagrams that every path carries. */
  private static final List<Integer> DATAGRAMS = List.of(1, 2, 100, 512, 1200, 1399, 1400);

  private static final long DOWN = 3_000_000;
  private static final long UP = 2_000_000;
  private static final String HOST = "127.0.0.1";

  private final Path directory;
  private final Curl curl;
  private final HttpTarget http = HttpTarget.start();
  private final UdpEchoTarget udp = UdpEchoTarget.start();

  /**
   * @param directory for what it sends and gets
   */
  public Cargo(Path directory) {
    this.directory = directory;
    this.curl = new Curl(directory);
  }

  /** 3 MB down. */
  public void download(int proxyPort) throws IOException {
    download(proxyPort, DOWN);
  }

  /** As many bytes down. */
  public void download(int proxyPort, long bytes) throws IOException {
    Curl.Answer answer = curl.get(FrontEnd.SOCKS5, proxyPort, http.url(HOST, "/bytes?n=" + bytes));

    assertThat(answer.exit()).as(answer.error()).isZero();
    assertThat(answer.summary()).as("down").isEqualTo(TestBytes.summary(bytes));
    Files.deleteIfExists(answer.body());
  }

  /** 2 MB up. */
  public void upload(int proxyPort) throws IOException {
    upload(proxyPort, UP);
  }

  /** As many bytes up. */
  public void upload(int proxyPort, long bytes) throws IOException {
    Curl.Answer answer =
        curl.upload(
            FrontEnd.SOCKS5, proxyPort, http.url(HOST, "/sink"), TestBytes.file(directory, bytes));

    assertThat(answer.exit()).as(answer.error()).isZero();
    assertThat(answer.text()).as("up").isEqualTo(TestBytes.summary(bytes));
  }

  /** One datagram of each size there and back, and one back that is longer than its question. */
  public void datagrams(int proxyPort) throws IOException {
    try (SocksUdpClient client = SocksUdpClient.associate(proxyPort)) {
      for (int size : DATAGRAMS) {
        echo(client, size);
      }
      client.send(HOST, udp.port(), UdpEchoTarget.askFor(1400));
      assertAnswer(client.receive(), 1400);
    }
  }

  /** One datagram there and back. */
  public void echo(SocksUdpClient client, int size) throws IOException {
    client.send(HOST, udp.port(), bytes(size));
    assertAnswer(client.receive(), size);
  }

  private void assertAnswer(SocksUdpClient.Datagram answer, int size) throws IOException {
    assertThat(answer.payload().remaining()).as("octets of the answer").isEqualTo(size);
    assertThat(answer.payload()).as("%d octets", size).isEqualTo(ByteBuffer.wrap(bytes(size)));
    assertThat(answer.source())
        .isEqualTo(new InetSocketAddress(InetAddress.getLoopbackAddress(), udp.port()));
  }

  private static byte[] bytes(int size) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    TestBytes.write(bytes, size, size);
    return bytes.toByteArray();
  }

  @Override
  public void close() {
    http.close();
    udp.close();
  }
}
