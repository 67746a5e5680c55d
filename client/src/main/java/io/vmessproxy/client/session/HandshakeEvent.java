package io.vmessproxy.client.session;

/**
 * What a front end tells the head of its pipeline, as a user event fired from there: the listener
 * watches the time until the first request, and how a channel goes down.
 */
public enum HandshakeEvent {
  /** The first request is read whole: its deadline is over. */
  REQUEST_READ,
  /** The last answer is written: the channel is to close once the application has got it. */
  LAST_ANSWER
}
