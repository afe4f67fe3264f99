// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.session;

import dev.brindle.bird.session.SessionState.Active;
import dev.brindle.bird.session.SessionState.Connect;
import dev.brindle.bird.session.SessionState.Established;
import dev.brindle.bird.session.SessionState.Idle;
import dev.brindle.bird.session.SessionState.OpenConfirm;
import dev.brindle.bird.session.SessionState.OpenSent;

/// The state machine of one connection to a peer (RFC 4271 §8). State and event in, next state and
/// actions out.
///
/// @param jitter 0.75 to 1, drawn anew for each step (RFC 4271 §10)
public record SessionMachine(SessionSettings settings, double jitter) {

  public Transition step(SessionState state, SessionEvent event) {
    Pauses pauses = new Pauses(jitter);
    FailedAttempt ended = new FailedAttempt(settings, pauses);
    return switch (state) {
      case Idle idle -> new Calling(settings, pauses, ended).inIdle(idle, event);
      case Connect connect -> new Calling(settings, pauses, ended).inConnect(connect, event);
      case Active active -> new Calling(settings, pauses, ended).inActive(active, event);
      case OpenSent openSent -> new Opening(settings, pauses, ended).inOpenSent(openSent, event);
      case OpenConfirm openConfirm ->
          new Opening(settings, pauses, ended).inOpenConfirm(openConfirm, event);
      case Established established -> new Conversing(pauses).inEstablished(established, event);
    };
  }
}
