// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.install;

/// Why nothing could be installed, for people.
final class InstallException extends RuntimeException {

  private static final long serialVersionUID = 1;

  InstallException(String message) {
    super(message);
  }

  InstallException(String message, Throwable cause) {
    super(message, cause);
  }
}
