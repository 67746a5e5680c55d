package io.vmessproxy.common.vmess.header;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.vmessproxy.common.Vectors;
import io.vmessproxy.common.crypto.Fnv1a;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.vmess.BodyOptions;
import io.vmessproxy.common.vmess.Command;
import io.vmessproxy.common.vmess.HeaderForm;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.SessionKeys;
import io.vmessproxy.common.vmess.VmessException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestHeaderCodecTest {
  /** To 127.0.0.1:80 by TCP, aes-128-gcm, options 0x0d, no padding, without its checksum. */
  private static final String PLAIN =
      "01000102030405060708090a0b0c0d0e0ff0e1d2c3b4a5968778695a4b3c2d1e0fa70d030001"
          + "0050017f000001";

  static List<JsonObject> blocks() {
    List<JsonObject> cases = Vectors.of("request_headers", "aead", v -> true);
    cases.addAll(Vectors.of("request_headers", "legacy", v -> true));
    assertThat(cases).hasSize(13 + 13);
    return cases;
  }

  /** Vectors: {@code request_headers.json}. */
  @ParameterizedTest
  @MethodSource("blocks")
  void isTheReferenceBlockAndBack(JsonObject vector) {
    HeaderForm form = vector.has("auth_uuid") ? HeaderForm.LEGACY : HeaderForm.AEAD;
    RequestHeader header = Vectors.header(vector, form);
    byte[] block = Vectors.bytes(vector, "instruction_block");

    assertThat(RequestHeaderCodec.encode(header, Vectors.bytes(vector, "padding")))
        .isEqualTo(block);
    assertThat(RequestHeaderCodec.decode(block, form)).isEqualTo(header);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0  | 02 | version 2 (expected: 1)
          34 | 09 | options 0x09 (expected: 0x04 masking with 0x08 padding)
          34 | 19 | options 0x19 (expected: 0x04 masking with 0x08 padding)
          35 | 02 | security 2 (expected: 1 aes-128-cfb, 3 aes-128-gcm, 4 chacha20-poly1305 or 5 none)
          35 | 06 | security 6 (expected: 1 aes-128-cfb, 3 aes-128-gcm, 4 chacha20-poly1305 or 5 none)
          35 | 13 | 0 bytes after the address (expected: 1 padding)
          37 | 04 | command 0x04 (expected: 0x01 TCP, 0x02 UDP or 0x03 mux)
          37 | 03 | 7 bytes after the address (expected: 0 padding)
          40 | 04 | address type 4 (expected: 1 IPv4, 2 domain or 3 IPv6)
          40 | 00 | address type 0 (expected: 1 IPv4, 2 domain or 3 IPv6)
          40 | 03 | 49 bytes (expected: more, an address or padding is cut)
          """)
  void namesTheBadField(int offset, String value, String message) {
    byte[] plain = HexFormat.of().parseHex(PLAIN);
    plain[offset] = (byte) HexFormat.fromHexDigits(value);

    assertThatThrownBy(() -> decode(checked(plain)))
        .isInstanceOf(VmessException.class)
        .hasMessage("request header: " + message);
  }

  @ParameterizedTest
  @CsvSource({"1, aes-128-cfb", "5, none"})
  void refusesDatagramsInARawBody(byte security, String text) {
    byte[] plain = HexFormat.of().parseHex(PLAIN);
    plain[34] = 0x04;
    plain[35] = security;
    plain[37] = 2;

    assertThatThrownBy(() -> decode(checked(plain)))
        .isInstanceOf(VmessException.class)
        .hasMessage(
            "request header: options 0x04 with security %s for UDP (expected: 0x01 chunk stream)"
                .formatted(text));
  }

  @Test
  void takesDatagramsInSealedChunksThatNobodyAskedFor() {
    byte[] plain = HexFormat.of().parseHex(PLAIN);
    plain[34] = 0;
    plain[37] = 2;

    assertThat(decode(checked(plain)).command()).isEqualTo(Command.UDP);
  }

  @ParameterizedTest
  @ValueSource(bytes = {0, 1})
  void takesTheOldNumbersForAes128Cfb(byte security) {
    byte[] plain = HexFormat.of().parseHex(PLAIN);
    plain[35] = security;

    assertThat(decode(checked(plain)).security()).isEqualTo(Security.AES_128_CFB);
  }

  @ParameterizedTest
  @ValueSource(bytes = {1, 3, 4, 5})
  void takesSealedSizesEvenWhereTheyMeanNothing(byte security) {
    byte[] plain = HexFormat.of().parseHex(PLAIN);
    plain[34] = 0x1d;
    plain[35] = security;

    assertThat(decode(checked(plain)).options()).isEqualTo(new BodyOptions(0x1d));
  }

  @Test
  void refusesAWrongChecksum() {
    byte[] block = checked(HexFormat.of().parseHex(PLAIN));
    block[block.length - 1] ^= 1;

    assertThatThrownBy(() -> decode(block))
        .hasMessageMatching("request header: checksum [0-9a-f]{8} \\(expected: [0-9a-f]{8}\\)");
  }

  @Test
  void refusesAShortBlock() {
    assertThatThrownBy(() -> decode(new byte[41]))
        .hasMessage("request header: 41 bytes (expected: >= 42)");
  }

  @Test
  void refusesAnEmptyDomain() {
    assertThatThrownBy(() -> decode(withDomain("")))
        .hasMessage("request header: domain: 0 characters (expected: 1 to 255)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"with space", "with:colon", "zero\0byte", "un/path"})
  void refusesADomainWithStrangeCharacters(String domain) {
    assertThatThrownBy(() -> decode(withDomain(domain)))
        .isInstanceOf(VmessException.class)
        .hasMessageStartingWith("request header: domain: character 0x");
  }

  @ParameterizedTest
  @CsvSource({"192.0.2.7, 192.0.2.7", "[2001:db8::1], 2001:db8::1", "::ffff:192.0.2.7, 192.0.2.7"})
  void takesALiteralSentAsADomainForAnAddress(String domain, String host) {
    Destination destination = decode(withDomain(domain)).destination();

    assertThat(destination).isEqualTo(new Destination(Address.of(host), 80));
    assertThat(destination.address()).isNotInstanceOf(Address.Domain.class);
  }

  @Test
  void refusesToWriteMorePaddingThanItsLengthCanTell() {
    RequestHeader header = decode(checked(HexFormat.of().parseHex(PLAIN)));

    assertThatThrownBy(() -> RequestHeaderCodec.encode(header, new byte[16]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("padding: 16 bytes (expected: 0..15)");
  }

  @Test
  void readsBackWhateverItWrites() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 2000; i++) {
      RequestHeader header = randomHeader(random);
      byte[] padding = new byte[random.nextInt(16)];
      random.nextBytes(padding);

      byte[] block = RequestHeaderCodec.encode(header, padding);

      assertThat(block).hasSizeBetween(42, 316);
      assertThat(RequestHeaderCodec.neededBytes(block, block.length)).isEqualTo(block.length);
      assertThat(decode(block)).as("seed %d", seed).isEqualTo(header);
    }
  }

  private static RequestHeader decode(byte[] block) {
    return RequestHeaderCodec.decode(block, HeaderForm.AEAD);
  }

  private static RequestHeader randomHeader(Random random) {
    byte[] key = new byte[16];
    byte[] iv = new byte[16];
    random.nextBytes(key);
    random.nextBytes(iv);
    Command command = List.of(Command.values()).get(random.nextInt(3));
    Security security = List.of(Security.values()).get(random.nextInt(4));
    Destination destination =
        command == Command.MUX
            ? null
            : new Destination(randomAddress(random), random.nextInt(0x10000));
    return new RequestHeader(
        SessionKeys.of(key, iv, (byte) random.nextInt()),
        BodyOptions.recommended(security, command),
        security,
        command,
        destination);
  }

  private static Address randomAddress(Random random) {
    return switch (random.nextInt(3)) {
      case 0 -> new Address.Ipv4(random.nextInt());
      case 1 -> new Address.Ipv6(random.nextLong() | 1, random.nextLong());
      default -> new Address.Domain("x".repeat(1 + random.nextInt(255)));
    };
  }

  private static byte[] withDomain(String domain) {
    byte[] head = HexFormat.of().parseHex(PLAIN);
    byte[] name = domain.getBytes(US_ASCII);
    return checked(
        ByteBuffer.allocate(42 + name.length)
            .put(head, 0, 40)
            .put((byte) 2)
            .put((byte) name.length)
            .put(name)
            .array());
  }

  private static byte[] checked(byte[] plain) {
    byte[] block = Arrays.copyOf(plain, plain.length + 4);
    ByteBuffer.wrap(block).putInt(plain.length, Fnv1a.of(plain, 0, plain.length));
    return block;
  }
}
