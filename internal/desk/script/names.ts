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
  const name = duties[duty];
  return name === undefined ? duty : t(name);
}

const duties: Readonly<Record<string, string>> = {
  triage: "desk.duty_triage", handler: "desk.duty_handler", approver: "desk.duty_approver", intake: "desk.duty_intake", protection: "staffing.duty_protection", reward_panel: "staffing.duty_reward_panel",
  payer: "staffing.duty_payer", publisher: "staffing.duty_publisher", channel_manager: "staffing.duty_channel_manager", org_liaison: "staffing.duty_org_liaison", records: "staffing.duty_records",
};

/** How a change concerns a person. */
export const personHow = (how: string): string => (how === "added" ? t("desk.person_added") : how === "removed" ? t("desk.person_removed") : t("desk.person_changed"));

/** How a change concerns an office. */
export const officeHow = (how: string): string => (how === "added" ? t("desk.office_added") : how === "removed" ? t("desk.office_removed") : t("desk.office_changed"));
