// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.session.SessionAction.AttemptFailed;
import dev.brindle.bird.session.SessionAction.SendNotification;
import dev.brindle.bird.wire.Capability;
import dev.brindle.bird.wire.Capability.BgpRole;
import dev.brindle.bird.wire.Message.Notification;
import dev.brindle.bird.wire.Message.Open;
import dev.brindle.bird.wire.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// RFC 9234 §4.2: all that two OPENs may say of roles.
class RoleCheckTest {

  /// Table 2, each with each.
  @ParameterizedTest(name = "we {0}, they {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          PROVIDER  | PROVIDER  | 2/11
          PROVIDER  | RS_SERVER | 2/11
          PROVIDER  | RS_CLIENT | 2/11
          PROVIDER  | CUSTOMER  | up
          PROVIDER  | PEER      | 2/11
          RS_SERVER | PROVIDER  | 2/11
          RS_SERVER | RS_SERVER | 2/11
          RS_SERVER | RS_CLIENT | up
          RS_SERVER | CUSTOMER  | 2/11
          RS_SERVER | PEER      | 2/11
          RS_CLIENT | PROVIDER  | 2/11
          RS_CLIENT | RS_SERVER | up
          RS_CLIENT | RS_CLIENT | 2/11
          RS_CLIENT | CUSTOMER  | 2/11
          RS_CLIENT | PEER      | 2/11
          CUSTOMER  | PROVIDER  | up
          CUSTOMER  | RS_SERVER | 2/11
          CUSTOMER  | RS_CLIENT | 2/11
          CUSTOMER  | CUSTOMER  | 2/11
          CUSTOMER  | PEER      | 2/11
          PEER      | PROVIDER  | 2/11
          PEER      | RS_SERVER | 2/11
          PEER      | RS_CLIENT | 2/11
          PEER      | CUSTOMER  | 2/11
          PEER      | PEER      | up
          """)
  void wantsRolesThatBelongTogether(Role ours, Role theirs, String outcome) {
    assertThat(outcome(List.of(ours.code()), false, 2, theirs.code())).startsWith(outcome);
    assertThat(outcome(List.of(ours.code()), true, 2, theirs.code())).startsWith(outcome);
    assertThat(outcome(List.of(theirs.code()), false, 2, ours.code())).startsWith(outcome);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story                        | ours | strict | AS | theirs | outcome
          no roles                       |      | false  | 2  |        | up
          only we have one               | 3    | false  | 2  |        | up
          only we have one, strict       | 3    | true   | 2  |        | 2/11 it says no role, and roleStrict wants one
          only they have one             |      | false  | 2  | 4      | up
          one that nobody knows          | 3    | false  | 2  | 5      | 2/11 it is role 5, we are customer
          one that nobody knows, no ours |      | false  | 2  | 255    | up
          the same twice                 | 3    | false  | 2  | 0 0    | up
          two                            | 3    | false  | 2  | 0 4    | 2/11 it is provider and peer
          two, and we have none          |      | false  | 2  | 0 4    | 2/11 it is provider and peer
          in our own AS                  | 3    | true   | 1  | 0 4    | up
          """)
  void decides(
      String story,
      @Nullable Integer ours,
      boolean strict,
      long as,
      @Nullable String theirs,
      String outcome) {
    int[] told =
        theirs == null
            ? new int[0]
            : Arrays.stream(theirs.split(" ", -1)).mapToInt(Integer::parseInt).toArray();
    String found = outcome(Optional.ofNullable(ours).stream().toList(), strict, as, told);
    assertThat(found).startsWith(outcome.substring(0, 2)).contains(outcome.split(" ", 2));
  }

  /// `up`, or the NOTIFICATION and the reason.
  private static String outcome(List<Integer> ours, boolean strict, long as, int... theirs) {
    SessionSettings settings =
        new SessionSettings(
            open(1, "192.0.2.1", ours),
            new AcceptedAs.One(new AsNumber(as)),
            false,
            Duration.ofSeconds(5),
            Optional.empty(),
            strict);
    Open told = open(as, "192.0.2.2", Arrays.stream(theirs).boxed().toList());
    Transition transition =
        new SessionMachine(settings, 1)
            .step(new SessionState.OpenSent(0), new SessionEvent.OpenReceived(told));
    if (transition.next() instanceof SessionState.OpenConfirm) {
      return "up";
    }
    StringBuilder text = new StringBuilder();
    for (SessionAction action : transition.actions()) {
      if (action instanceof SendNotification(Notification(var code, var subcode, _))) {
        text.append(code).append('/').append(subcode);
      } else if (action instanceof AttemptFailed(var reason, _)) {
        text.append(' ').append(reason);
      }
    }
    return text.toString();
  }

  private static Open open(long as, String id, List<Integer> roles) {
    List<Capability> capabilities = new ArrayList<>();
    capabilities.add(new Capability.FourOctetAs(new AsNumber(as)));
    roles.forEach(role -> capabilities.add(new BgpRole(role)));
    return new Open(new AsNumber(as), 30, IpAddress.parse(id), capabilities);
  }
}
