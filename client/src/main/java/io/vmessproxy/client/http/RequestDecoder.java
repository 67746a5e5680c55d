package io.vmessproxy.client.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Decodes one request at a time: behind the end of each it waits for {@link #resume}, so that
 * pipelined requests stay where they are, and the bytes behind a CONNECT are left for the tunnel.
 *
 * <p>Stricter than its parent where leniency helps request smuggling: folded lines, a CR that ends
 * no line, and Content-Length beside chunks are failures.
 */
final class RequestDecoder extends HttpRequestDecoder {
  static final int MAX_REQUEST_LINE = 16 << 10;
  static final int MAX_HEAD = 64 << 10;
  static final int MAX_CHUNK = 64 << 10;

  private final HeadInspector inspector = new HeadInspector();
  private boolean inHead = true;
  private boolean paused;

  RequestDecoder() {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(MAX_REQUEST_LINE)
            .setMaxHeaderSize(MAX_HEAD)
            .setMaxChunkSize(MAX_CHUNK)
            .setAllowDuplicateContentLengths(true)
            .setHeadersFactory(LenientHeaders.HEADERS)
            .setTrailersFactory(LenientHeaders.TRAILERS));
  }

  /** Goes on with the next request, later in the event loop. */
  void resume(ChannelHandlerContext ctx) {
    ctx.executor()
        .execute(
            () -> {
              paused = false;
              ChannelHandlerContext own = ctx.pipeline().context(this);
              if (own != null) {
                decodeKept(own);
              }
            });
  }

  private void decodeKept(ChannelHandlerContext own) {
    try {
      channelRead(own, Unpooled.EMPTY_BUFFER);
      channelReadComplete(own);
    } catch (Exception e) {
      own.fireExceptionCaught(e);
    }
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
    if (paused) {
      return;
    }
    boolean head = inHead;
    int start = in.readerIndex();
    super.decode(ctx, in, out);
    if (head) {
      inspector.inspect(in, start, in.readerIndex());
    }
    for (Object decoded : out) {
      if (decoded instanceof HttpRequest request) {
        inHead = false;
        inspector.judge(request);
      }
      if (decoded instanceof LastHttpContent) {
        inHead = true;
        paused = true;
        inspector.reset();
      }
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
    if (paused) {
      // The parent would ask for more to read, and what comes would only pile up here.
      ctx.fireChannelReadComplete();
      return;
    }
    super.channelReadComplete(ctx);
  }

  /** The parent drops what it holds at the application's FIN: it may be a tunnel's first bytes. */
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
    if (event instanceof ChannelInputShutdownEvent) {
      ctx.fireUserEventTriggered(event);
      return;
    }
    super.userEventTriggered(ctx, event);
  }

  @Override
  protected boolean isContentAlwaysEmpty(HttpMessage message) {
    return message instanceof HttpRequest request && HttpMethod.CONNECT.equals(request.method());
  }

  @Override
  protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
    throw new IllegalArgumentException("both Content-Length and Transfer-Encoding");
  }

  /** What the error page answers; the parent's says HTTP/1.0. */
  @Override
  protected HttpMessage createInvalidMessage() {
    return new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/bad-request");
  }

  /** Bytes as they are: the parent would replace those that are not ASCII. */
  @Override
  protected String splitSecondWordInitialLine(byte[] line, int start, int length) {
    return new String(line, start, length, StandardCharsets.ISO_8859_1);
  }

  /** Sees in a head's raw bytes what the decoder forgives. */
  private static final class HeadInspector {
    private boolean afterCr;
    private boolean lineStart = true;
    private boolean requestLineSeen;
    private String flaw = "";

    void inspect(ByteBuf bytes, int from, int to) {
      for (int i = from; i < to; i++) {
        inspect(bytes.getByte(i));
      }
    }

    private void inspect(byte b) {
      if (afterCr && b != '\n') {
        flaw = "a CR without its LF";
      }
      afterCr = b == '\r';
      if (b == '\n') {
        lineStart = true;
        return;
      }
      if (lineStart && requestLineSeen && (b == ' ' || b == '\t')) {
        flaw = "a folded header line";
      }
      requestLineSeen |= b != '\r';
      lineStart = false;
    }

    void judge(HttpRequest request) {
      if (!flaw.isEmpty() && request.decoderResult().isSuccess()) {
        request.setDecoderResult(DecoderResult.failure(new IllegalArgumentException(flaw)));
      }
    }

    void reset() {
      afterCr = false;
      lineStart = true;
      requestLineSeen = false;
      flaw = "";
    }
  }
}
