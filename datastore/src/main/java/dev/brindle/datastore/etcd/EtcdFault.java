// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.etcd;

import io.etcd.jetcd.common.exception.CompactedException;
import io.etcd.jetcd.common.exception.ErrorCode;
import io.etcd.jetcd.common.exception.EtcdException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What etcd or the way to it says, in words that name the cure.
final class EtcdFault {

  private static final String ROLE =
      "its role needs 'readwrite' on the prefix /calico/"
          + " (etcdctl role grant-permission ROLE --prefix=true readwrite /calico/)";

  private EtcdFault() {}

  static String explain(@Nullable Throwable fault, Optional<EtcdSettings.Login> login) {
    if (fault == null) {
      return rootMessage(null);
    }
    String said = rootMessage(fault);
    String words = said.toLowerCase(Locale.ROOT);
    if (words.contains("database space exceeded")) {
      return "it is full: compact and defragment it, then 'etcdctl alarm disarm' (" + said + ")";
    }
    if (words.contains("user name is empty") || words.contains("user name not found")) {
      return "it asks for a user: set ETCD_USERNAME and ETCD_PASSWORD (" + said + ")";
    }
    if (words.contains("permission denied")) {
      return login.map(EtcdSettings.Login::user).map("user '%s' may not: "::formatted).orElse("")
          + ROLE;
    }
    if (words.contains("invalid user id or password")) {
      return "it does not take the password of user '%s'"
          .formatted(login.map(EtcdSettings.Login::user).orElse(""));
    }
    if (words.contains("certificat")) {
      return "the two do not trust each other's certificates: " + said;
    }
    if (isAboutLength(said)) {
      return "its answer is longer than is taken here: " + said;
    }
    return Status.fromThrowable(fault).getCode() == Status.Code.UNAVAILABLE
        ? "it does not answer: " + said
        : said;
  }

  /// Whether the revision that was asked for is one that etcd does not know any more, or not yet.
  static boolean isUnknownRevision(Throwable fault) {
    for (Throwable each = fault; each != null; each = each.getCause()) {
      boolean isSo =
          each instanceof CompactedException
              || (each instanceof EtcdException etcd
                  && etcd.getErrorCode() == ErrorCode.OUT_OF_RANGE)
              || (each instanceof StatusRuntimeException grpc
                  && grpc.getStatus().getCode() == Status.Code.OUT_OF_RANGE);
      if (isSo) {
        return true;
      }
    }
    return false;
  }

  /// Whether an answer was longer than we take, or than etcd sends. Too many questions are refused
  /// under the same code.
  static boolean isTooLong(Throwable fault) {
    for (Throwable each = fault; each != null; each = each.getCause()) {
      boolean isExhausted =
          (each instanceof EtcdException etcd
                  && etcd.getErrorCode() == ErrorCode.RESOURCE_EXHAUSTED)
              || (each instanceof StatusRuntimeException grpc
                  && grpc.getStatus().getCode() == Status.Code.RESOURCE_EXHAUSTED);
      if (isExhausted && isAboutLength(String.valueOf(each.getMessage()))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isAboutLength(String words) {
    return words.contains("exceeds maximum size") || words.contains("larger than max");
  }

  /// What was wrong at first: the way of all wrappers is in the log.
  static String rootMessage(@Nullable Throwable fault) {
    String message = "";
    for (Throwable each = fault; each != null; each = each.getCause()) {
      String said = each.getMessage();
      message = said == null || said.isBlank() ? each.getClass().getSimpleName() : said;
    }
    return message;
  }
}
