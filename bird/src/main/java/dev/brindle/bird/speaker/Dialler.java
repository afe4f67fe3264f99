// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.bird.topology.PeerConfig;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import org.jspecify.annotations.Nullable;

/// Our calls to one peer, one at a time. What became of an attempt that was given up is heard by
/// nobody. On the speaker's thread.
@SuppressWarnings("FutureReturnValueIgnored") // closing has no outcome that matters
final class Dialler {

  private final Workshop workshop;
  private final Caller caller;
  private @Nullable Channel attempt;

  /// Whose calls they are.
  interface Caller {

    /// Runs what belongs to it, and bears the consequences.
    void guard(Runnable work);

    /// Whether it still waits for an answer.
    boolean isWaiting();

    void answered(PeerConnection made);

    void unanswered(String why);
  }

  Dialler(Workshop workshop, Caller caller) {
    this.workshop = workshop;
    this.caller = caller;
  }

  void dial(PeerConfig peer) {
    String zone = peer.zone().orElse("");
    if (!zone.isEmpty() && !SocketAddresses.isThere(zone)) {
      String why = "there is no interface " + zone;
      workshop.executor().execute(() -> caller.guard(() -> impossible(why)));
      return;
    }
    ChannelFuture begun =
        workshop
            .transport()
            .dial(
                peer,
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    workshop.transport().secure(channel, peer);
                    PeerConnection.on(channel, workshop.transport().loops(), workshop.batches());
                  }
                });
    Channel channel = begun.channel();
    attempt = channel;
    begun.addListener(
        done ->
            workshop.executor().execute(() -> caller.guard(() -> ended(channel, done.cause()))));
  }

  private void impossible(String why) {
    if (caller.isWaiting() && attempt == null) {
      caller.unanswered(why);
    }
  }

  private void ended(Channel channel, @Nullable Throwable failure) {
    if (!channel.equals(attempt)) {
      channel.close(); // we have hung up meanwhile
      return;
    }
    attempt = null;
    PeerConnection made = failure == null ? PeerConnection.of(channel) : null;
    if (made != null) {
      caller.answered(made);
    } else {
      caller.unanswered(
          failure == null ? "peer closed the connection at once" : SystemWords.of(failure));
    }
  }

  /// An attempt under way fails, so that the next begins by other settings.
  void fail() {
    if (attempt != null) {
      attempt.close();
    }
  }

  /// An attempt under way is given up.
  void hangUp() {
    fail();
    attempt = null;
  }
}
