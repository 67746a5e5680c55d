package io.vmessproxy.client.subscribe;

import io.netty.util.concurrent.Future;
import io.vmessproxy.client.fetch.HttpGet;

/**
 * The ways to a provider.
 *
 * @param servers through the program's own servers; each call may go through another one
 * @param direct past them, which shows this network what is fetched
 */
public record Ways(Getter servers, Getter direct) {
  /** An HTTP client on some event loop. */
  @FunctionalInterface
  public interface Getter {
    /** As {@link HttpGet#get}. */
    Future<HttpGet.Answer> get(HttpGet.Request request);
  }
}
