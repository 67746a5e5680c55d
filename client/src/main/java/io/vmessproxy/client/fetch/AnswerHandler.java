package io.vmessproxy.client.fetch;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.compression.DecompressionException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects one answer at the tail of a stream, and tells of it or of why there is none, once. */
final class AnswerHandler extends SimpleChannelInboundHandler<HttpObject> {
  private final String host;
  private final int maxBytes;
  private final Listener listener;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private @Nullable HttpResponse head;
  private boolean interim;
  private boolean told;

  /** Hears of the answer; one of the two is called. */
  interface Listener {
    /**
     * An answer.
     *
     * @param complete whether all of its body is there
     * @param why where not
     */
    void answered(
        int status, Map<String, List<String>> headers, byte[] body, boolean complete, String why);

    void failed(IOException cause);
  }

  AnswerHandler(String host, int maxBytes, Listener listener) {
    this.host = host;
    this.maxBytes = maxBytes;
    this.listener = listener;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
    if (told) {
      return;
    }
    if (message.decoderResult().isFailure()) {
      end(malformed(message.decoderResult().cause()));
      return;
    }
    if (message instanceof HttpResponse response) {
      readHead(response);
    }
    if (message instanceof HttpContent content && !told) {
      readBody(content);
    }
  }

  private void readHead(HttpResponse response) {
    HttpResponseStatus status = response.status();
    interim = status.codeClass() == HttpStatusClass.INFORMATIONAL;
    if (status.equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
      end("answered 101 to a request that did not ask for it");
    } else if (!interim) {
      head = response;
    }
  }

  private void readBody(HttpContent content) {
    if (interim) {
      return;
    }
    ByteBuf bytes = content.content();
    int room = maxBytes - body.size();
    int taken = Math.min(room, bytes.readableBytes());
    try {
      bytes.readBytes(body, taken);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // An array does not fail.
    }
    if (bytes.isReadable()) {
      end("its answer is longer than %d bytes".formatted(maxBytes));
    } else if (content instanceof LastHttpContent) {
      tell(true, "");
    }
  }

  /** The stream is over, or time is: what is there is all that there will be. */
  void end(String why) {
    if (!told) {
      tell(false, why);
    }
  }

  private void tell(boolean complete, String why) {
    told = true;
    HttpResponse answer = head;
    if (answer == null) {
      listener.failed(new FetchException(host, why));
      return;
    }
    listener.answered(answer.status().code(), headers(answer), body.toByteArray(), complete, why);
  }

  private static Map<String, List<String>> headers(HttpResponse answer) {
    Map<String, List<String>> headers = new HashMap<>();
    answer
        .headers()
        .forEach(
            header ->
                headers
                    .computeIfAbsent(
                        header.getKey().toLowerCase(Locale.ROOT), n -> new ArrayList<>())
                    .add(header.getValue()));
    return headers;
  }

  private static String malformed(Throwable cause) {
    if (cause instanceof PrematureChannelClosureException) {
      return "closed inside the head of its answer";
    }
    return cause instanceof TooLongHttpHeaderException || cause instanceof TooLongHttpLineException
        ? "the head of its answer is too long"
        : "its answer is not HTTP";
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    end(head == null ? "closed without an answer" : "closed before the end of its answer");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    Throwable inner =
        cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
    end(
        inner instanceof DecompressionException
            ? "its answer cannot be unpacked"
            : "the stream broke off (%s)".formatted(inner.getMessage()));
    ctx.close();
  }
}
