// What things are called, by their names in the formats.
import { t } from "../../site/script/words";

/** The name of a role of an account. */
export function roleName(role: string): string {
  switch (role) {
    case "administrator":
      return t("desk.role_administrator");
    case "custodian":
      return t("desk.role_custodian");
    case "inspector":
      return t("desk.role_inspector");
    default:
      return t("desk.role_member");
  }
}

/** Who must do something. */
export const whoName = (who: string): string => (who === "operator" ? t("desk.who_operator") : who === "custodians" ? t("desk.who_custodians") : roleName(who));

/** What a member does in an office. */
export function dutyName(duty: string): string {
  switch (duty) {
    case "triage":
      return t("desk.duty_triage");
    case "handler":
      return t("desk.duty_handler");
    case "approver":
      return t("desk.duty_approver");
    case "intake":
      return t("desk.duty_intake");
    default:
      return duty;
  }
}

/** How a change concerns a person. */
export const personHow = (how: string): string => (how === "added" ? t("desk.person_added") : how === "removed" ? t("desk.person_removed") : t("desk.person_changed"));

/** How a change concerns an office. */
export const officeHow = (how: string): string => (how === "added" ? t("desk.office_added") : how === "removed" ? t("desk.office_removed") : t("desk.office_changed"));
