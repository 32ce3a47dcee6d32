import { useTexts } from "../../texts/use";
import { type EventName, events } from "./hooks";

export type HookValues = { url: string; events: EventName[] };

/** The two things an address of another program is made of. */
export function HookFields({ id, value, onChange }: { id: string; value: HookValues; onChange: (v: HookValues) => void }) {
  const { t } = useTexts("settings");
  const turn = (e: EventName, on: boolean) => onChange({ ...value, events: events.filter((x) => (x === e ? on : value.events.includes(x))) });
  return (
    <>
      <div className="field"><label htmlFor={id}>{t("settings:hooks.url")}</label><input className="in" id={id} type="url" required maxLength={500} value={value.url} placeholder="https://" onChange={(e) => onChange({ ...value, url: e.target.value })} /></div>
      <fieldset className="choices row-choices">
        <legend>{t("settings:hooks.events")}</legend>
        {events.map((e) => <label className="choice" key={e}><input type="checkbox" checked={value.events.includes(e)} onChange={(x) => turn(e, x.target.checked)} /><span>{t(`settings:hooks.event.${e}`)}</span></label>)}
      </fieldset>
    </>
  );
}
