package io.vmessproxy.common.vmess.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vmessproxy.common.crypto.AesCfb;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.EndOfStream;
import io.vmessproxy.common.vmess.BodyOptions;
import io.vmessproxy.common.vmess.Command;
import io.vmessproxy.common.vmess.HeaderForm;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.SessionKeys;
import io.vmessproxy.common.vmess.VmessException;
import io.vmessproxy.common.vmess.account.Account;
import io.vmessproxy.common.vmess.account.AlterIds;
import io.vmessproxy.common.vmess.account.CommandKey;
import io.vmessproxy.common.vmess.account.SwitchAccount;
import io.vmessproxy.common.vmess.account.UserId;
import io.vmessproxy.common.vmess.body.BodyDecoder;
import io.vmessproxy.common.vmess.body.BodyEncoder;
import io.vmessproxy.common.vmess.body.BodyPipeline;
import io.vmessproxy.common.vmess.header.AeadSeal;
import io.vmessproxy.common.vmess.header.AuthId;
import io.vmessproxy.common.vmess.header.LegacyAuth;
import io.vmessproxy.common.vmess.header.LegacyOpener;
import io.vmessproxy.common.vmess.header.RequestSealer;
import io.vmessproxy.common.vmess.header.ResponseHeaderCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class VmessClientHandlerTest {
  private static final long NOW = 1_700_000_000;

  private final SecureRandom random = new SecureRandom();
  private final UserId user = UserId.random(random);
  private final CommandKey key = CommandKey.of(user);
  private final List<String> heard = new ArrayList<>();
  private RequestSealer sealer = RequestSealer.of(account(HeaderForm.AEAD));
  private RequestHeader header = header(Security.AES_128_GCM);
  private @Nullable SwitchAccount suggestion;
  private EmbeddedChannel channel = new EmbeddedChannel();

  @BeforeEach
  void start() {
    start(Security.AES_128_GCM);
  }

  private void start(Security security) {
    start(HeaderForm.AEAD, security);
  }

  private void start(HeaderForm form, Security security) {
    channel.finishAndReleaseAll();
    sealer = RequestSealer.of(account(form));
    header = header(security);
    channel = new EmbeddedChannel();
    channel.freezeTime();
    channel.pipeline().addLast(new VmessClientHandler(header, sealer, clock(), random, listener()));
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(channel.finish()).isFalse();
  }

  /** Both forms with every security. */
  static Stream<Arguments> streams() {
    return Stream.of(HeaderForm.values())
        .flatMap(form -> Stream.of(Security.values()).map(security -> arguments(form, security)));
  }

  @ParameterizedTest
  @MethodSource("streams")
  void sendsHeaderAndFirstPayloadInOneWrite(HeaderForm form, Security security) {
    start(form, security);
    channel.writeOutbound(bytes("GET /"));

    ByteBuf wire = channel.readOutbound();
    assertThat(channel.<Object>readOutbound()).isNull();
    assertThat(openRequest(wire)).isEqualTo("GET /");
  }

  @Test
  void sendsTheHeaderAloneWhenNoPayloadComes() {
    pass(VmessClientHandler.HEADER_WAIT_MILLIS - 1);
    assertThat(channel.<Object>readOutbound()).isNull();

    pass(2);
    assertThat(openRequest(channel.readOutbound())).isEmpty();
  }

  @Test
  void sendsTheHeaderOnce() {
    channel.writeOutbound(bytes("a"));
    pass(1000);

    channel.<ByteBuf>readOutbound().release();
    assertThat(channel.<Object>readOutbound()).isNull();
  }

  @ParameterizedTest
  @MethodSource("streams")
  void readsAnAnswerInOnePieceAndToItsEnd(HeaderForm form, Security security) {
    start(form, security);
    channel.writeInbound(answer("hello", true));
    if (security == Security.ZERO) {
      channel.close(); // Raw bodies have no other end.
    }

    assertThat(readAll()).isEqualTo(security == Security.ZERO ? "hello" : "hello<end>");
    assertThat(heard).containsExactly("answered");
  }

  @Test
  void readsAnAnswerSplitAtEachByte() {
    int unpadded = 38 + (2 + "hello".length() + 16) + (2 + 16);
    for (int split = 1; split < unpadded; split++) {
      start(Security.AES_128_GCM);
      byte[] wire = ByteBufUtil.getBytes(answer("hello", true));
      channel.writeInbound(Unpooled.copiedBuffer(wire, 0, split));
      channel.writeInbound(Unpooled.copiedBuffer(wire, split, wire.length - split));

      assertThat(readAll()).as("split at %d", split).isEqualTo("hello<end>");
    }
  }

  @ParameterizedTest
  @MethodSource("streams")
  void readsAnAnswerByteByByte(HeaderForm form, Security security) {
    start(form, security);
    for (byte one : ByteBufUtil.getBytes(answer("hello", true))) {
      channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {one}));
    }

    assertThat(readAll()).isEqualTo(security == Security.ZERO ? "hello" : "hello<end>");
  }

  @Test
  void takesACloseBetweenChunksForTheEnd() {
    channel.writeInbound(answer("hello", false));
    channel.pipeline().fireChannelInactive();

    assertThat(readAll()).isEqualTo("hello<end>");
  }

  @Test
  void takesACloseInsideAChunkForAnError() {
    byte[] wire = ByteBufUtil.getBytes(answer("hello", false));
    channel.writeInbound(Unpooled.wrappedBuffer(Arrays.copyOf(wire, wire.length - 1)));

    assertThatThrownBy(
            () -> {
              channel.pipeline().fireChannelInactive();
              channel.checkException();
            })
        .isInstanceOf(VmessException.class)
        .hasMessage("body: closed inside a chunk");
    assertThat(readAll()).isEmpty();
  }

  @Test
  void hearsARefusal() {
    channel.writeOutbound(bytes("x"));
    channel.<ByteBuf>readOutbound().release();

    assertThatThrownBy(
            () -> {
              channel.pipeline().fireChannelInactive();
              channel.checkException();
            })
        .hasMessage("response header: the server closed before it");
    assertThat(heard).containsExactly("refused");
  }

  @Test
  void hearsOfAQuestionThatWasNotAnswered() {
    channel.writeOutbound(bytes("x"));
    channel.<ByteBuf>readOutbound().release();
    channel.close();

    assertThat(heard).containsExactly("abandoned");
  }

  @Test
  void hearsWhatCameInsteadOfAnAnswer() {
    channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {0x15, 3, 1, 0, 2, 2, 70}));
    assertThat(ByteBufUtil.hexDump(handler().cutResponseHeader())).isEqualTo("15030100020246");

    assertThatThrownBy(
            () -> {
              channel.pipeline().fireChannelInactive();
              channel.checkException();
            })
        .isInstanceOf(VmessException.class);
    assertThat(heard).containsExactly("refused 15030100020246");
  }

  @Test
  void hearsOnceOfAConnectionThatBreaks() {
    channel.pipeline().fireExceptionCaught(new IOException("reset"));
    channel.pipeline().fireChannelRead(bytes("more"));
    channel.close();

    assertThatThrownBy(channel::checkException).isInstanceOf(IOException.class);
    assertThat(heard).containsExactly("refused");
  }

  private VmessClientHandler handler() {
    return channel.pipeline().get(VmessClientHandler.class);
  }

  @Test
  void hearsNothingWhereNobodyAsked() {
    pass(1000); // The header is out, as for a browser's connection in reserve.
    channel.<ByteBuf>readOutbound().release();
    channel.close();

    assertThat(heard).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(HeaderForm.class)
  void closesOnABrokenResponseHeader(HeaderForm form) {
    start(form, Security.AES_128_GCM);
    byte[] wire = ByteBufUtil.getBytes(answer("hello", true));
    wire[0] ^= 1;

    assertThatThrownBy(() -> channel.writeInbound(Unpooled.wrappedBuffer(wire)))
        .isInstanceOf(VmessException.class);
    assertThat(channel.isOpen()).isFalse();
    assertThat(heard).containsExactly("refused " + ByteBufUtil.hexDump(wire));
  }

  @ParameterizedTest
  @EnumSource(HeaderForm.class)
  void passesASuggestionOn(HeaderForm form) {
    start(form, Security.AES_128_CFB);
    suggestion = new SwitchAccount(null, 10086, user, 16, 1, 5);
    byte[] wire = ByteBufUtil.getBytes(answer("hello", true));
    for (byte one : wire) {
      channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {one}));
    }

    assertThat(readAll()).isEqualTo("hello<end>");
    assertThat(heard).containsExactly("answered " + suggestion);
  }

  @Test
  void refusesKeysOfTheOtherForm() {
    RequestSealer other = RequestSealer.of(account(HeaderForm.LEGACY));

    assertThatThrownBy(() -> new VmessClientHandler(header, other, clock(), random, listener()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("session keys of form AEAD (expected: LEGACY, as the header)");
  }

  @Test
  void reportsABrokenBodyOnceAndNoEnd() {
    byte[] wire = ByteBufUtil.getBytes(answer("hello", true));
    wire[60] ^= 1;

    assertThatThrownBy(() -> channel.writeInbound(Unpooled.wrappedBuffer(wire)))
        .isInstanceOf(VmessException.class);
    channel.writeInbound(bytes("more"));
    channel.pipeline().fireChannelInactive();
    assertThat(readAll()).isEmpty();
  }

  private String openRequest(ByteBuf wire) {
    try {
      RequestHeader opened =
          sealer.form() == HeaderForm.AEAD ? openHeader(wire) : openLegacyHeader(wire);
      assertThat(opened.destination()).isEqualTo(header.destination());
      BodyDecoder decoder = BodyPipeline.requestDecoder(opened);
      ByteBuf payload = decoder.decode(channel.alloc(), wire);
      decoder.close();
      return payload == null ? "" : text(payload);
    } finally {
      wire.release();
    }
  }

  private RequestHeader openHeader(ByteBuf wire) {
    byte[] authId = take(wire, AuthId.BYTES);
    assertThat(AuthId.open(key, authId)).hasValue(NOW);
    byte[] sealedLength = take(wire, AeadSeal.SEALED_LENGTH_BYTES);
    byte[] nonce = take(wire, AeadSeal.NONCE_BYTES);
    int length = AeadSeal.openLength(key, authId, sealedLength, nonce);
    return AeadSeal.openHeader(key, authId, nonce, take(wire, length));
  }

  private RequestHeader openLegacyHeader(ByteBuf wire) {
    byte[] auth = take(wire, LegacyAuth.BYTES);
    UserId only = AlterIds.of(user, 1).get(0);
    for (long time = NOW - 30; time < NOW + 30; time++) {
      if (Arrays.equals(auth, LegacyAuth.create(only, time))) {
        return new LegacyOpener(key, time).read(wire);
      }
    }
    throw new AssertionError("no second of this minute");
  }

  private ByteBuf answer(String text, boolean end) {
    ByteBuf out = Unpooled.buffer();
    AesCfb stream = ResponseHeaderCodec.encryptingStream(header.keys());
    ResponseHeaderCodec.encode(header.keys(), suggestion, stream, out);
    BodyEncoder encoder = BodyPipeline.responseEncoder(header, stream);
    encoder.encode(bytes(text), out);
    if (end) {
      encoder.end(out);
    }
    return out;
  }

  private String readAll() {
    StringBuilder all = new StringBuilder();
    for (Object next = channel.readInbound(); next != null; next = channel.readInbound()) {
      all.append(next == EndOfStream.INSTANCE ? "<end>" : text((ByteBuf) next));
    }
    return all.toString();
  }

  private void pass(int millis) {
    channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
  }

  private Account account(HeaderForm form) {
    return new Account(user, form == HeaderForm.LEGACY ? 1 : 0, Security.AES_128_GCM, 0);
  }

  private RequestHeader header(Security security) {
    return new RequestHeader(
        SessionKeys.random(random, sealer.form()),
        BodyOptions.recommended(security, Command.TCP),
        security,
        Command.TCP,
        new Destination(Address.of("target.example"), 443));
  }

  private ResponseListener listener() {
    heard.clear();
    return new ResponseListener() {
      @Override
      public void answered(@Nullable SwitchAccount suggestion) {
        heard.add(suggestion == null ? "answered" : "answered " + suggestion);
      }

      @Override
      public void refused(Channel stream, ByteBuf instead, Throwable cause) {
        heard.add(("refused " + ByteBufUtil.hexDump(instead)).strip());
      }

      @Override
      public void abandoned(long waitedNanos) {
        heard.add("abandoned");
      }
    };
  }

  private static Clock clock() {
    return Clock.fixed(Instant.ofEpochSecond(NOW), ZoneOffset.UTC);
  }

  private static byte[] take(ByteBuf in, int length) {
    byte[] bytes = new byte[length];
    in.readBytes(bytes);
    return bytes;
  }

  private static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
  }

  private static String text(ByteBuf buffer) {
    String text = buffer.toString(StandardCharsets.US_ASCII);
    buffer.release();
    return text;
  }
}
