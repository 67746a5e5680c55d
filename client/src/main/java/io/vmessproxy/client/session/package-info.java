/**
 * What a front end hands on, and what it is told in return: a {@link
 * io.vmessproxy.client.session.Session} goes in, an {@link
 * io.vmessproxy.client.session.InboundReply} comes back. Values and words only.
 */
@NullMarked
package io.vmessproxy.client.session;

import org.jspecify.annotations.NullMarked;
